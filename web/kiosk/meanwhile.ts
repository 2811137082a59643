/**
 * What a post can do for a patient while it waits for a doctor: the first measures of WHO's guides, chosen by the dangers of
 * the form. They need no drug and no order. Pure.
 *
 * Sources: Pregnancy, Childbirth, Postpartum and Newborn Care (PCPNC), 3rd edition 2015, sheets B2 to B7; Managing
 * Complications in Pregnancy and Childbirth (MCPC), 2nd edition 2017, section 1; IMCI chart booklet 2014 and, for young
 * infants, 2019: treatment before referral; Pocket book of hospital care for children, 2nd edition 2013, chapter 1 (ETAT).
 */

import type { Danger, Word } from "../protocol/messages.ts";

/** A measure; its sentence is the text `kiosk.meanwhile.*`. */
export type Measure =
  | "side"
  | "legs"
  | "vein"
  | "no_exam"
  | "left"
  | "oxygen"
  | "sugar"
  | "warm"
  | "cool"
  | "repeat"
  | "ready";

/** The measures for these dangers, the most pressing first, and then those that are always right. */
export function measures(dangers: Danger[]): Measure[] {
  const found = ORDER.filter((measure) => dangers.some(({ word }) => FOR[word]?.includes(measure)));
  const fits = found.filter((measure) => !found.some((other) => RULES_OUT[other]?.includes(measure)));
  return [...fits.slice(0, MOST), "repeat", "ready"];
}

/** Measures that would contradict a more pressing one: nothing goes into a mouth that cannot swallow, and who is covered is not uncovered. */
const RULES_OUT: { [measure in Measure]?: Measure[] } = {
  side: ["left", "sugar"],
  legs: ["left", "cool"],
  warm: ["cool"],
};

/** As many as a person reads while a patient is in danger. */
const MOST = 4;

/** What kills first comes first: airway, breathing, circulation, consciousness, then the rest (ETAT). */
const ORDER: Measure[] = ["side", "oxygen", "legs", "vein", "no_exam", "sugar", "left", "warm", "cool"];

const SHOCK: Measure[] = ["legs", "vein"];
const FOR: { [word in Word]?: Measure[] } = {
  convulsions: ["side"],
  unresponsive: ["side", "sugar"],
  drowsy: ["side", "sugar"],
  oxygen_low: ["oxygen"],
  breathing_fast: ["oxygen"],
  breathing_slow: ["oxygen"],
  pallor_breathless: ["oxygen"],
  pulse_shock: SHOCK,
  pressure_low: SHOCK,
  refill_slow: SHOCK,
  bleeding_heavy: SHOCK,
  bleeding_late: [...SHOCK, "no_exam"],
  membranes_early: ["no_exam", "left"],
  pressure_severe: ["left"],
  pressure_pregnancy: ["left"],
  fetus_still: ["left"],
  fetus_less: ["left"],
  glucose_low: ["sugar"],
  fever_infant: ["sugar"],
  cold_infant: ["warm", "sugar"],
  cold: ["warm"],
  fever_high: ["cool"],
};
