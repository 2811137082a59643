/** What shows evacuations, with its texts and styles. */

import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?evac";
import { nearest } from "../nearest/list.ts";
import { EvacuationDoor } from "./screens/EvacuationDoor.tsx";
import { EvacuationNotice } from "./screens/EvacuationNotice.tsx";
import { Evacuations } from "./screens/Evacuations.tsx";
import { EvacuationSheet } from "./screens/EvacuationSheet.tsx";
import styles from "./evacuation.css?later";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  void nearest.load();
  return { EvacuationSheet, EvacuationNotice, EvacuationDoor, Evacuations };
}
