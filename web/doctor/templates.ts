/**
 * The templates of advice for each speciality. Their texts are in the catalogues and follow WHO protocols (Managing
 * complications in pregnancy and childbirth, 2017; Pocket book of hospital care for children, 2013; malaria
 * guidelines, 2023). They are proposals until a Senegalese clinician has confirmed them, and a doctor reads and
 * signs each one.
 */

import type { Speciality } from "../protocol/messages.ts";

/** A template; its texts are `doctor.template.<name>` and `doctor.template.<name>_text`. */
export type Template = "preeclampsia" | "bleeding" | "dehydration" | "malaria" | "watch" | "refer";

const OWN: { [speciality in Speciality]: Template[] } = {
  obstetrics: ["preeclampsia", "bleeding"],
  paediatrics: ["dehydration", "malaria"],
  general: [],
  surgery: [],
};

/** The templates for a speciality; the last ones are for all. */
export const templatesFor = (speciality: Speciality | undefined): Template[] => [
  ...(speciality ? OWN[speciality] : []),
  "watch",
  "refer",
];
