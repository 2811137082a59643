/** The way of an evacuation as a line of steps: which are done and when, where it stands, and what is still to come. Pure. */

import type { Referral, ReferralEvent, ReferralState } from "../../protocol/messages.ts";

/** One step of the line. `skipped` is a step that a later one made needless, as an answer that nobody waited for. */
export interface LineStep {
  state: ReferralState;
  /** Time by the server's clock, ms since 1970; null if it has not happened. */
  at: number | null;
  is: "done" | "now" | "next" | "skipped";
}

/** The state to which an event leads; none for one that changes no state, or that asks another structure. */
export const stateAfter = ({ event }: ReferralEvent): ReferralState | undefined => STATE_AFTER[event];

/** The steps of an evacuation, in their order. Of a structure that was asked before this one, only `tried` tells. */
export function lineOf({ state, asked_at, steps = [], departed }: Pick<Referral, "state" | "asked_at" | "steps" | "departed">): LineStep[] {
  const asked = steps.map(({ event }) => event.event).lastIndexOf("asked_next");
  const reached = new Map<ReferralState, number>([["requested", asked_at]]);
  // A patient who was on the way already is on the way to the next structure since it is asked.
  if (steps.slice(0, Math.max(asked, 0)).some(({ event }) => event.event === "departed")) reached.set("en_route", asked_at);
  for (const { at, event } of steps.slice(asked + 1)) {
    const next = stateAfter(event);
    if (next) reached.set(next, event.event === "departed" ? (departed?.at ?? at) : at);
  }
  const way = wayTo(state, reached);
  const here = way.indexOf(state);
  return way.map((one, place) => {
    const at = place <= here ? (reached.get(one) ?? null) : null;
    return { state: one, at, is: place > here ? "next" : place === here ? "now" : at === null ? "skipped" : "done" };
  });
}

/** The states on the way: the usual ones, or those up to the one with which it stopped. */
function wayTo(state: ReferralState, reached: ReadonlyMap<ReferralState, number>): readonly ReferralState[] {
  if (WAY.includes(state)) return WAY;
  return [...WAY.filter((one) => reached.has(one)), state];
}

const WAY: readonly ReferralState[] = ["requested", "received", "accepted", "en_route", "arrived", "in_care", "completed"];

const STATE_AFTER: { readonly [event in ReferralEvent["event"]]?: ReferralState } = {
  received: "received",
  accepted: "accepted",
  rejected: "rejected",
  departed: "en_route",
  arrived: "arrived",
  in_care: "in_care",
  counter_referral: "completed",
  failed: "failed",
  cancelled: "cancelled",
};
