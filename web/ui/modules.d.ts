/** Stylesheets are imported for their effect on the page. */
declare module "*.css";

/** The French texts that a page's first screen does not show; other pages have all texts at once. */
declare module "*/fr.json?rest" {
  const rest: Partial<typeof import("./texts/fr.json")>;
  export default rest;
}

/** The French texts of `VoiceAlerts.tsx`. */
declare module "*/fr.json?call" {
  const call: Partial<typeof import("./texts/fr.json")>;
  export default call;
}
