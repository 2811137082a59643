/** Loads the parts of the kiosk's screens that can follow them, each with its stylesheet. */

import { loadStylesheet } from "../ui/stylesheet.ts";
import vitals from "../ui/vitals.css?later";

/** Loads what helps during the wait. */
export async function meanwhile() {
  await loadStylesheet(vitals);
  return (await import("./Meanwhile.tsx")).Meanwhile;
}
