/** The words for where an evacuation stands. A death on the way is never called a patient who did not arrive. */

import type { FailReason, Referral, ReferralEvent, ReferralState } from "../../protocol/messages.ts";
import { t } from "../i18n.ts";
import { stateAfter } from "./line.ts";

/** A state as the texts name it. */
const worded = (state: ReferralState, failed: FailReason | undefined): ReferralState | "died" =>
  state === "failed" && failed === "died_on_the_way" ? "died" : state;

/** Where it stands, in words. */
export const stateText = ({ state, failed }: Pick<Referral, "state" | "failed">): string => t(`common.referral.state.${worded(state, failed)}`);

/** The same as one step of its line. */
export const stepText = (state: ReferralState, failed: FailReason | undefined): string => t(`common.referral.step.${worded(state, failed)}`);

/** The step that an event is; empty for one that is none. */
export function eventText(event: ReferralEvent): string {
  const state = stateAfter(event);
  return state ? stepText(state, event.event === "failed" ? event.reason : undefined) : "";
}
