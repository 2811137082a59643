/** A wait for a doctor: how far the call for one has come, and who is rung. Its sentences follow from these facts alone. Pure. */

import type { Estimate, RingReason, Step, Waiting, WhoRings } from "../../protocol/messages.ts";

/** The place of a request in the queue. */
export interface WaitState {
  ahead: number;
  available: number;
  busy: number;
  /** The number of connected doctors whose device rings for it. */
  rung: number;
  step: Step;
  /** The time at which the wait began, on the scale of `now()`. */
  since: number;
  /** The time of the next escalation step; null at the last. */
  nextStepAt: number | null;
  /** The time at which the request becomes a deferred case by itself; null before the last step. */
  defersAt: number | null;
  /** The time at which it rings again by itself, because it is put off; null while it rings. */
  postponedUntil: number | null;
  /** Who rings now and next, and why; null if there is nobody to tell of. */
  who: WhoRings | null;
  /** The wait of others in the last hours; null if they were too few. */
  estimate: Estimate | null;
}

/** A running consultation that rings for a doctor again. */
export interface RingingAgain {
  why: RingReason;
  /** The doctor who held it last. */
  by: string | null;
  wait: WaitState;
}

/** The state of a wait as the server tells it at the time `now`. */
export function waitState(waiting: Waiting, now: number): WaitState {
  const { waited_ms, next_step_ms, ahead, available, busy, rung, step } = waiting;
  const nextStepAt = next_step_ms === null ? null : now + next_step_ms;
  const defersAt = waiting.defers_in_ms === undefined ? null : now + waiting.defers_in_ms;
  const postponedUntil = waiting.postponed_ms === undefined ? null : now + waiting.postponed_ms;
  const { who = null, estimate = null } = waiting;
  const since = now - waited_ms;
  return { ahead, available, busy, rung, step, since, nextStepAt, defersAt, postponedUntil, who, estimate };
}

/** What is true of those who are rung: nobody, those of this step, or everybody without an answer. */
export type Ringing = "no_one" | "on_call" | "second" | "regional" | "all";

/** Tells who is rung. It never says that a device rings while none does. */
export function ringing({ step, rung }: Pick<WaitState, "step" | "rung">): Ringing {
  if (rung === 0) return "no_one";
  return step === "nobody" ? "all" : step;
}
