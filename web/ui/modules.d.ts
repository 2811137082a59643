/** Styles are imported for their effect on the page. */
declare module "*.css";

/** The French that a page's first screen does not say; all other pages have it all at once. */
declare module "*/fr.json?rest" {
  const rest: Partial<typeof import("./texts/fr.json")>;
  export default rest;
}

/** The French of `Voices.tsx`. */
declare module "*/fr.json?call" {
  const call: Partial<typeof import("./texts/fr.json")>;
  export default call;
}
