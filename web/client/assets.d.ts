/** A worker's script; the build gives its address. */
declare module "*.worker.js" {
  const url: string;
  export default url;
}
