/** A worker's script; the import is its address, which the build makes. */
declare module "*.worker.js" {
  const url: string;
  export default url;
}

/** A golden file of a test, as text. */
declare module "*.jsonl" {
  const text: string;
  export default text;
}
