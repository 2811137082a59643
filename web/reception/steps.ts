/** What a receiving structure may do with an evacuation in each state. The server has the last word (`clinic/src/referral`). Pure. */

import type { ReferralState } from "../protocol/messages.ts";

/** What the receiver does. */
export type Act = "accept" | "reject" | "arrived" | "in_care" | "counter" | "failed";

/** What may be done, the usual next step first. */
export const actsIn = (state: ReferralState): readonly Act[] => ACTS[state];

const ACTS: { readonly [state in ReferralState]: readonly Act[] } = {
  requested: ["accept", "reject"],
  received: ["accept", "reject"],
  accepted: ["arrived", "failed", "reject"],
  rejected: [],
  en_route: ["arrived", "in_care", "failed"],
  arrived: ["in_care", "counter"],
  in_care: ["counter"],
  completed: [],
  failed: [],
  cancelled: [],
};

/** The parts of the list, in the order of the screen. */
export type Part = "answer" | "coming" | "here" | "over";
export const PARTS: readonly Part[] = ["answer", "coming", "here", "over"];

/** The part in which an evacuation stands. */
export const partOf = (state: ReferralState): Part => PART[state];

const PART: { readonly [state in ReferralState]: Part } = {
  requested: "answer",
  received: "answer",
  accepted: "coming",
  en_route: "coming",
  arrived: "here",
  in_care: "here",
  rejected: "over",
  completed: "over",
  failed: "over",
  cancelled: "over",
};
