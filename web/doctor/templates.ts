//! Which ready-made advice is offered to whom. The texts are in the catalogues, after the WHO's protocols (Managing
//! complications in pregnancy and childbirth 2017; Pocket book of hospital care for children 2013; malaria guidelines
//! 2023): proposals until a Senegalese clinician moves them. A doctor reads and signs each one.

import type { Speciality } from "../protocol/messages.ts";

export type Template = "preeclampsia" | "bleeding" | "dehydration" | "malaria" | "watch" | "refer";

const OWN: { [speciality in Speciality]: Template[] } = {
  obstetrics: ["preeclampsia", "bleeding"],
  paediatrics: ["dehydration", "malaria"],
  general: [],
  surgery: [],
};

export const templatesFor = (speciality: Speciality | undefined): Template[] => [
  ...(speciality ? OWN[speciality] : []),
  "watch",
  "refer",
];
