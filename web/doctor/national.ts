/** Loads what shows the national file (DPP) of a patient. */

import { lazy } from "../ui/lazy.tsx";
import { loadStylesheet } from "../ui/stylesheet.ts";
import styles from "../ui/dpp/dpp.css?later";

/** The button with the record below it. */
export const NationalFile = lazy(async () => {
  await loadStylesheet(styles);
  return (await import("./NationalFile.tsx")).NationalFile;
});
