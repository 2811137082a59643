/** What `later.ts` loads. */

import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?appointments";
import styles from "./appointments.css?later";
import { Coming, GuardedComing } from "./Coming.tsx";
import { AppointmentSheet, PastAppointments } from "./OfConsultation.tsx";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return { Coming, GuardedComing, AppointmentSheet, PastAppointments };
}
