/** The words for what a post proposes to correct of a structure, and for what is known of it. */

import type { ProposedChange } from "../../protocol/api.ts";
import { learn, t } from "../i18n.ts";
import french from "../texts/fr.json?proposal";
import needs from "../texts/fr.json?referral";

learn(french);
learn(needs);

/** What a change is about, such as "Téléphone" and "Césarienne". */
export function subjectOf(change: ProposedChange): string {
  return change.kind === "capability" ? t(`common.referral.need.${change.capability}`) : t(`common.proposal.${change.kind}`);
}

/** What it says, such as "33 966 11 22" and "pas possible". */
export function valueOf(change: ProposedChange): string {
  switch (change.kind) {
    case "phone":
      return change.phone || t("common.proposal.none");
    case "capability":
      return t(change.present ? "common.proposal.able" : "common.proposal.unable");
    case "hours":
      return t(`common.proposal.hours.${change.hours}`);
    case "closed":
      return t(change.closed ? "common.proposal.shut" : "common.proposal.open");
  }
}

/** True if both say the same. */
export const isSame = (one: ProposedChange, other: ProposedChange): boolean => subjectOf(one) === subjectOf(other) && valueOf(one) === valueOf(other);
