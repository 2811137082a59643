/** The parts of a record that are loaded together: attachments and the chart of measured values. */

import { learn } from "../i18n.ts";
import { loadStylesheet } from "../stylesheet.ts";
import french from "../texts/fr.json?attach";
import { VitalsChart } from "../VitalsChart.tsx";
import styles from "./attachments.css?later";
import { AttachmentList } from "./AttachmentList.tsx";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return { AttachmentList, VitalsChart };
}
