/** What `later.ts` loads. */

import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?prescribe";
import { Editor } from "./editor/Editor.tsx";
import { PrescriptionList } from "./PrescriptionList.tsx";
import styles from "./prescription.css?later";
import "../texts.ts";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return { Editor, PrescriptionList };
}
