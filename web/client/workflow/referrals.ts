/**
 * The evacuations of patients, as the server tells them: which of two states counts, and what the post may do. The acts of a post that the server
 * does not have yet are laid over its state, so that the screens go on without a network. Pure.
 */

import type { ConsultationSummary } from "../../protocol/api.ts";
import type { ActId, ConsultationId, Place, Referral, ReferralEvent, ReferralId, ReferralState, TriedStructure } from "../../protocol/messages.ts";
import { hasRejected } from "./answers.ts";

/** An act of the post that the server may not have. */
export interface PostAct {
  referral: ReferralId;
  /** The identifier under which the server counts it once. */
  act: ActId;
  event: ReferralEvent;
  /** The server's time of the act as this device knew it, ms since 1970, for showing only. */
  at: number;
}

/** The events of which a post tells. */
export type PostEvent = "departed" | "arrived" | "failed" | "asked_next" | "cancelled";

/** The states in which the post may tell an event; the server has the same rule, and the last word. */
const FROM: Record<PostEvent, readonly ReferralState[]> = {
  departed: ["requested", "received", "accepted"],
  arrived: ["accepted", "en_route"],
  failed: ["accepted", "en_route"],
  asked_next: ["requested", "received", "rejected"],
  cancelled: ["requested", "received", "accepted", "rejected"],
};

/** True if the post may tell this event now. */
export const mayTell = (one: Referral, event: PostEvent): boolean => FROM[event].includes(one.state) || (one.state === "en_route" && mayTellOnTheWay(one, event));

/** The same for a patient who is on the way: the road to another structure has a departure of its own. */
const mayTellOnTheWay = (one: Referral, event: PostEvent): boolean =>
  event === "departed" ? !one.departed : event === "asked_next" || event === "cancelled";

/** True once nothing more is to come. */
export const isOver = ({ state }: Referral): boolean => state === "completed" || state === "failed" || state === "cancelled";

/** True as long as the post has something to do or to wait for: until the patient has arrived. */
export const isUnderWay = (one: Referral): boolean => !isOver(one) && one.state !== "arrived" && one.state !== "in_care";

/** How many things have happened to a referral since its order. */
const stepsOf = ({ steps = [] }: Referral): number => steps.length;

/** Both lists, the oldest first. A referral only ever gets further steps, so of two states the one with more of them counts. */
export function merged(before: readonly Referral[], after: readonly Referral[]): Referral[] {
  const all = new Map<ReferralId, Referral>();
  for (const one of [...before, ...after]) {
    const known = all.get(one.order.referral);
    if (!known || stepsOf(one) >= stepsOf(known)) all.set(one.order.referral, one);
  }
  return [...all.values()].sort((a, b) => a.order.at - b.order.at);
}

/** True if the second list tells nothing that the first one does not. */
export const hasAll = (known: readonly Referral[], told: readonly Referral[]): boolean =>
  told.every((one) => known.some((have) => have.order.referral === one.order.referral && stepsOf(have) >= stepsOf(one)));

/**
 * The consultations whose evacuations are to be read again: those that are not over, and those of which the server's list tells another state of the last one
 * than the device has. A list of a post is short, so all of them are read.
 */
export function toRead(rows: readonly Pick<ConsultationSummary, "id" | "referral">[], known: readonly Referral[]): ConsultationId[] {
  const open = known.filter((one) => !isOver(one)).map(({ order }) => order.consultation);
  const lastOf = (id: ConsultationId) => known.findLast(({ order }) => order.consultation === id)?.state;
  const changed = rows.filter(({ id, referral }) => referral && referral !== lastOf(id)).map(({ id }) => id);
  return [...new Set([...open.slice(-MOST_OPEN), ...changed])];
}

/**
 * A referral as it will be once the server has these acts, the oldest first. An act that does not follow changes nothing, and neither does one that the server
 * has already, of which only the answer was lost.
 */
export const after = (one: Referral, acts: readonly PostAct[]): Referral =>
  acts.reduce((known, act) => (act.referral === known.order.referral ? withAct(known, act) : known), one);

function withAct(one: Referral, { act, event, at }: PostAct): Referral {
  const { steps = [], unanswered_since: _, ...rest } = one;
  if (!isOfPost(event) || !mayTell(one, event.event) || steps.some((step) => step.act === act)) return one;
  const next = { ...rest, steps: [...steps, { at, actor: "post" as const, by: "", event, act }] };
  switch (event.event) {
    case "departed": {
      const { transport, eta_min, ago_min = 0 } = event;
      const { arrival_asked_at: _asked, ...again } = next;
      return { ...again, state: "en_route", departed: { transport, ...(eta_min !== undefined && { eta_min }), at: at - ago_min * MINUTE_MS } };
    }
    case "asked_next": {
      const { arrival_asked_at: _asked, departed: _former, ...again } = next;
      const state = one.state === "en_route" ? one.state : "requested";
      return { ...again, state, structure: event.structure, asked_at: at, tried: triedWith(one, at) };
    }
    case "arrived":
      return { ...next, state: "arrived", arrived_at: at };
    case "failed":
      return { ...next, state: "failed", failed: event.reason, over_at: at };
    case "cancelled":
      return { ...next, state: "cancelled", over_at: at };
  }
}

const isOfPost = (event: ReferralEvent): event is Extract<ReferralEvent, { event: PostEvent }> => event.event in FROM;

/** The structures that did not take the patient, once another one is asked. One that rejected, or was closed, is in the list since then. */
function triedWith(one: Referral, at: number): TriedStructure[] {
  const { structure, tried = [] } = one;
  return hasRejected(one) ? tried : [...tried, { structure, state: "unanswered", at }];
}

/** The structure to ask next: the first one of the doctor's list that was not asked; null if there is none. */
export function nextOf({ order, structure, tried = [] }: Referral): Place | null {
  const asked = new Set([order.structure.id, structure.id, ...tried.map((one) => one.structure.id)]);
  return order.others.find(({ id }) => !asked.has(id)) ?? null;
}

/** The time at which the patient should be there, ms since 1970; null if nobody has told for how long the road takes. */
export const expectedAt = ({ departed }: Referral): number | null =>
  departed?.eta_min === undefined ? null : departed.at + departed.eta_min * MINUTE_MS;

/** True if the post is to be asked whether the patient has arrived: the server has asked, or would have without a network. */
export function isArrivalDue(one: Referral, now: number): boolean {
  if (one.state !== "en_route") return false;
  const { at, eta_min }: { at: number; eta_min?: number } = one.departed ?? { at: one.asked_at };
  const patience_ms = eta_min === undefined ? UNKNOWN_ROAD_MS : eta_min * MINUTE_MS + LATE_MS;
  return one.arrival_asked_at !== undefined || now >= at + patience_ms;
}

/** True if nobody has answered, and nobody asks the next structure by itself. */
export const isUnanswered = ({ state, unanswered_since }: Referral): boolean =>
  unanswered_since !== undefined && (state === "requested" || state === "received" || state === "en_route");

/** How often something became of these referrals that the post should hear of; it grows with each such thing. */
export const countOfNews = (all: readonly Referral[]): number =>
  all.reduce((sum, { steps = [] }) => sum + 1 + steps.filter(({ actor }) => actor !== "post").length, 0);

/** The stages that a referral passes on its way. */
export type Stage = "requested" | "accepted" | "en_route" | "arrived" | "in_care" | "completed";
/** All stages, the first first. */
export const STAGES: readonly Stage[] = ["requested", "accepted", "en_route", "arrived", "in_care", "completed"];

/** The stages that were reached, with the time of each, ms since 1970. A stage that was left out has no time. */
export function stagesOf(one: Referral): Map<Stage, number> {
  const reached = new Map<Stage, number>([["requested", one.order.at]]);
  for (const { at, event } of one.steps ?? []) {
    const stage = STAGE[event.event];
    // Another structure is asked, and whatever the one before it said does not count any more.
    if (event.event === "asked_next" || event.event === "rejected") reached.delete("accepted");
    if (event.event === "asked_next") reached.set("requested", at);
    if (event.event === "asked_next" && reached.delete("en_route")) reached.set("en_route", at);
    if (stage) reached.set(stage, at);
    // A departure may be told later than it was.
    if (event.event === "departed" && one.departed) reached.set("en_route", one.departed.at);
  }
  return reached;
}

const STAGE: Partial<Record<ReferralEvent["event"], Stage>> = {
  accepted: "accepted",
  departed: "en_route",
  arrived: "arrived",
  in_care: "in_care",
  counter_referral: "completed",
};

/** A post has fewer evacuations that are not over. */
const MOST_OPEN = 10;
const MINUTE_MS = 60_000;
/** The time after that of the road, after which it is asked whether the patient has arrived. */
const LATE_MS = 60 * MINUTE_MS;
/** The same for a road of which nobody has told for how long it takes. */
const UNKNOWN_ROAD_MS = 180 * MINUTE_MS;
