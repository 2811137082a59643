/** A worker's script; the import is its address, which the build makes. */
declare module "*.worker.js" {
  const url: string;
  export default url;
}
