/** What `later.ts` loads. */

import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?deskappointments";
import { AppointmentSection } from "./AppointmentSection.tsx";
import { OwnAppointments } from "./OwnAppointments.tsx";
import styles from "./appointments.css?later";
import "../texts.ts";

learn(french);

/** The parts, once their styles are there. */
export async function loaded() {
  await loadStylesheet(styles);
  return { AppointmentSection, OwnAppointments };
}
