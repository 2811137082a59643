/** What shows prescriptions, with its texts and styles. */

import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?rx";
import { PrescriptionNotice } from "./PrescriptionNotice.tsx";
import { PrescriptionSheet } from "./PrescriptionSheet.tsx";
import styles from "./prescriptions.css?later";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return { PrescriptionSheet, PrescriptionNotice };
}
