/** Loads what asks the national file (DPP) for a patient. */

import { lazy } from "../../../ui/lazy.tsx";
import { loadStylesheet } from "../../../ui/stylesheet.ts";
import styles from "../../../ui/dpp/dpp.css?later";

/** Asks the national file who the patient of the form is, and shows the record in short. */
export const NationalFile = lazy(async () => {
  await loadStylesheet(styles);
  return (await import("./NationalFile.tsx")).NationalFile;
});

/** Gives a patient the number of the national file. */
export const Identify = lazy(async () => {
  await loadStylesheet(styles);
  return (await import("./Identify.tsx")).Identify;
});
