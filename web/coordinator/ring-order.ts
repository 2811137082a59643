/** The order in which a request of now would ring, by step. The server computes it; nothing is decided here. Pure. */

import type { RingLine, RingOrder, Speciality, Step } from "../protocol/messages.ts";

/** The doctors who begin to ring at one step; a step of null is that of whoever is not rung at all. The last step adds nobody. */
export interface RingStep {
  step: Exclude<Step, "nobody"> | null;
  lines: RingLine[];
}

/** The steps of a speciality. The first one is there even if it rings nobody, because a request goes through it. */
export function stepsOf({ lines }: RingOrder, speciality: Speciality): RingStep[] {
  const own = lines.filter((line) => line.speciality === speciality);
  const all = STEPS.map((step) => ({ step, lines: own.filter((line) => (line.step ?? null) === step) }));
  return all.filter(({ step, lines: some }) => some.length > 0 || step === "on_call" || step === "regional");
}

const STEPS: RingStep["step"][] = ["on_call", "second", "regional", null];
