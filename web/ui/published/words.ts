/** What became of a publication, in words for people. */

import type { Publication, RecordPublications } from "../../protocol/api.ts";
import { dateAndTime } from "../dates.ts";
import { learn, t } from "../i18n.ts";
import french from "../texts/fr.json?published";

learn(french);

/**
 * The version that counts: the newest that was not dropped in favour of another one; none if nothing was ever owed. One that was dropped does not
 * hide the one before it, which is there.
 */
export function current(publications: readonly Publication[]): Publication | null {
  const counts = publications.filter(({ trouble }) => trouble !== "replaced");
  const newest = counts.at(-1) ?? publications.at(-1) ?? null;
  const sent = newest?.state === "dropped" && publications.findLast(({ state }) => state === "sent");
  return sent || newest;
}

/** What the national file keeps after a withdrawal, and whom the patient asks. "unknown" stands for no answer of the server. */
export function remainsText(told: Pick<RecordPublications, "remains" | "contact"> | "unknown"): string {
  const { remains, contact } = told === "unknown" ? { remains: told, contact: undefined } : told;
  const who = contact ? t("common.published.remains.contact", { contact }) : t("common.published.remains.who");
  const kept = t(`common.published.remains.${remains}`);
  return remains === "nothing" ? kept : `${kept} ${who}`;
}

/** The state with its time, as "envoyé le 30/11/2026 à 10:12". */
export const stateText = ({ state, at }: Publication): string =>
  t(`common.published.state.${state}`, { time: dateAndTime(at) });

/** The trouble and who can do something about it; empty if there is none. */
export const troubleText = ({ trouble, actor }: Publication): string =>
  trouble
    ? [t(`common.published.trouble.${trouble}`), actor !== "nobody" && t(`common.published.actor.${actor}`)].filter(Boolean).join(" ")
    : "";
