/**
 * The templates of advice for each speciality. Their texts are in the catalogues and follow WHO protocols (Managing
 * complications in pregnancy and childbirth, 2017; Pocket book of hospital care for children, 2013; malaria
 * guidelines, 2023). They are proposals until a Senegalese clinician has confirmed them, and a doctor reads and
 * signs each one. "Revenez aussitôt si…" is the safety-net advice, which the record and the paper of a prescription tell apart
 * (`client/workflow/safety-net.ts`): its text begins with these words, and lists danger signs of WHO's IMCI and pregnancy guides.
 */

import type { Speciality } from "../protocol/messages.ts";

/** A template; its texts are `doctor.template.<name>` and `doctor.template.<name>_text`. */
export type Template = "preeclampsia" | "bleeding" | "dehydration" | "malaria" | "watch" | "refer" | "return" | "return_mother" | "return_child";

const OWN: { [speciality in Speciality]: Template[] } = {
  obstetrics: ["return_mother", "preeclampsia", "bleeding"],
  paediatrics: ["return_child", "dehydration", "malaria"],
  general: ["return"],
  surgery: ["return"],
};

/** The templates for a speciality; the last ones are for all. */
export const templatesFor = (speciality: Speciality | undefined): Template[] => [
  ...(speciality ? OWN[speciality] : (["return"] as const)),
  "watch",
  "refer",
];
