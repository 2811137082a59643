/** The words for an evacuation, on the screen and on paper. */

import { expectedAt } from "../../client/workflow/referrals.ts";
import type { Letter, Need, Referral, ReferralEvent, RejectReason, Transport } from "../../protocol/messages.ts";
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

/** The needs in one line. */
export const needsText = (needs: readonly Need[]): string => needs.map((need) => t(`kiosk.evac.need.${need}`)).join(", ");

/** How the patient travels. */
export const transportText = (transport: Transport): string => t(`kiosk.evac.transport.${transport}`);

/** The state in words. */
export function stateText({ state, structure, failed }: Referral): string {
  if (failed === "died_on_the_way") return t("kiosk.evac.state.died");
  return t(`kiosk.evac.state.${state}`, { name: structure.name });
}

/** What is known beside the state: the reason, the remark of whoever answered, the transport and the time of arrival; empty lines are left out. */
export function moreOf(one: Referral, now: number): string[] {
  const said = saidOf(one);
  const expected = expectedAt(one);
  const lines = [
    said?.event === "rejected" && t("kiosk.evac.why", { why: reasonText(said.reason) }),
    said && "text" in said && said.text,
    one.state === "en_route" && one.departed && transportText(one.departed.transport),
    one.state === "en_route" && expected !== null && t("kiosk.evac.expected", { time: deadline(expected, now) }),
  ];
  return lines.filter((line): line is string => !!line);
}

/** The event that led to the present state, if people may write a remark with it. */
function saidOf({ state, steps = [] }: Referral): ReferralEvent | undefined {
  const own = state === "en_route" ? "departed" : state;
  return steps.findLast(({ event }) => event.event === own)?.event;
}

/** An act of the post, as the word "Départ". */
export const actText = (event: ReferralEvent): string =>
  event.event === "failed" && event.reason === "died_on_the_way" ? t("kiosk.evac.act.died") : isAct(event.event) ? t(`kiosk.evac.act.${event.event}`) : "";

const ACTS = ["departed", "arrived", "failed", "asked_next", "cancelled"] as const;
const isAct = (event: string): event is (typeof ACTS)[number] => (ACTS as readonly string[]).includes(event);

/** When something was told. */
export const at = (time: number): string => moment(time);
