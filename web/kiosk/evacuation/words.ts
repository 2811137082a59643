/** The words for an evacuation, on the screen and on paper. */

import { answerOf, isRejectedOnTheWay } from "../../client/workflow/answers.ts";
import { isClosing, newlyClosed, wasClosed } from "../../client/workflow/closed-structures.ts";
import { expectedAt } from "../../client/workflow/referrals.ts";
import type { Letter, Need, Referral, ReferralEvent, RejectReason, Transport, TriedStructure } from "../../protocol/messages.ts";
import { deadline, moment } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";

/** How a sentence names the patient. */
export type Gender = "she" | "he" | "person";

/** The parts of a letter below the patient, in their order. */
export const PARTS: readonly Exclude<keyof Letter, "patient">[] = ["reason", "findings", "done", "not_examined", "question"];

/** What the needs and the patient's line say of the sex; a sentence names a person where they say nothing. */
export function genderOf({ order }: Referral): Gender {
  const { needs, letter } = order;
  const says = (words: string) => new RegExp(`(?<!\\p{L})(?:${words})(?!\\p{L})`, "iu").test(letter.patient);
  if (needs.includes("cesarean") || says("féminin|femme|fille|patiente|sexe f|f")) return "she";
  return says("masculin|homme|garçon|sexe m|m") ? "he" : "person";
}

/** The reason for which a structure cannot take the patient. */
export const reasonText = (reason: RejectReason): string => t(`kiosk.evac.reason.${reason}`);

/** Why a structure did not take the patient. */
export const triedText = (of: Referral, tried: TriedStructure): string =>
  wasClosed(of, tried) ? t("kiosk.evac.closed") : tried.reason ? reasonText(tried.reason) : t("kiosk.evac.no_answer");

/** The same after the name of the structure, in a list of them. */
export function triedSentence(of: Referral, tried: TriedStructure): string {
  const text = triedText(of, tried);
  if (wasClosed(of, tried)) return `${text}.`;
  return tried.reason ? t("kiosk.evac.why", { why: text }) : text;
}

/** The needs in one line. */
export const needsText = (needs: readonly Need[]): string => needs.map((need) => t(`kiosk.evac.need.${need}`)).join(", ");

/** How the patient travels. */
export const transportText = (transport: Transport): string => t(`kiosk.evac.transport.${transport}`);

/** What was typed of a departure. */
export interface TypedDeparture {
  transport: Transport;
  /** How long the road takes, in minutes; null if nobody knows it. */
  eta: number | null;
  /** How long ago the patient left, in minutes. */
  ago: number;
  text: string;
}

/** A departure as it is told. */
export function departure({ transport, eta, ago, text }: TypedDeparture): ReferralEvent {
  const said = text.trim();
  return { event: "departed", transport, ...(eta !== null && { eta_min: eta }), ...(ago > 0 && { ago_min: ago }), ...(said && { text: said }) };
}

/** The state in words. */
export function stateText(one: Referral): string {
  const { state, structure, failed } = one;
  if (failed === "died_on_the_way") return t("kiosk.evac.state.died");
  if (isRejectedOnTheWay(one)) return t("kiosk.evac.state.rejected_on_way", { name: structure.name });
  if (state === "rejected" && newlyClosed(one)) return t("kiosk.evac.state.closed", { name: structure.name });
  return t(`kiosk.evac.state.${state}`, { name: structure.name });
}

/** What is known beside the state: the reason, the remark of whoever answered, the transport and the time of arrival; empty lines are left out. */
export function moreOf(one: Referral, now: number): string[] {
  const said = saidOf(one);
  const isAsked = one.state === "requested" || one.state === "received" || (one.state === "en_route" && !one.departed);
  const closed = isAsked ? newlyClosed(one) : null;
  const expected = expectedAt(one);
  const isGoing = one.state === "en_route" && !isRejectedOnTheWay(one);
  const lines = [
    closed && t("kiosk.evac.closed_before", { name: closed.name }),
    isRejectedOnTheWay(one) && isClosing(answerOf(one)!) && t("kiosk.evac.closed_before", { name: one.structure.name }),
    said?.event === "rejected" && t("kiosk.evac.why", { why: reasonText(said.reason) }),
    said && "text" in said && said.text,
    isGoing && one.departed && transportText(one.departed.transport),
    isGoing && expected !== null && t("kiosk.evac.expected", { time: deadline(expected, now) }),
  ];
  return lines.filter((line): line is string => !!line);
}

/** The event that led to the present state, if people may write a remark with it; of a patient who is on the way, the last one of the road or of an answer. */
function saidOf({ state, steps = [] }: Referral): ReferralEvent | undefined {
  const own: readonly string[] = state === "en_route" ? ["departed", "accepted", "rejected"] : [state];
  // What was said of a structure before says nothing of the one that is asked now.
  const asked = steps.findLastIndex(({ event }) => event.event === "asked_next");
  const said = steps.slice(asked + 1).findLast(({ event }) => own.includes(event.event));
  return said && !isClosing(said) ? said.event : undefined;
}

/** An act of the post, as the word "Départ". */
export const actText = (event: ReferralEvent): string =>
  event.event === "failed" && event.reason === "died_on_the_way" ? t("kiosk.evac.act.died") : isAct(event.event) ? t(`kiosk.evac.act.${event.event}`) : "";

const ACTS = ["departed", "arrived", "failed", "asked_next", "cancelled"] as const;
const isAct = (event: string): event is (typeof ACTS)[number] => (ACTS as readonly string[]).includes(event);

/** When something was told. */
export const at = (time: number): string => moment(time);
