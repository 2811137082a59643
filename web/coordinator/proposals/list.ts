/** What posts propose to correct of structures, and the answers of this coordinator. */

import { signal } from "@preact/signals";
import { type ApiError, get, post } from "../../client/signalling/session.ts";
import type { DecideProposal, OpenProposal, OpenProposals } from "../../protocol/api.ts";
import { errorTextOf } from "../../ui/i18n.ts";

const ADDRESS = "/api/structures/proposals";

/** The proposals that wait; null before the first answer. */
export const waiting = signal<OpenProposals | null>(null);

/** Reads what waits. What is shown stays if the server is not reached. */
export async function refresh(): Promise<void> {
  await get<OpenProposals>(`${ADDRESS}/open`).then(take, () => undefined);
}

/** Answers a proposal as it is shown. Returns the reason for which the answer is not stored; null if it is. */
export async function answer(of: OpenProposal, accepted: boolean, reason = ""): Promise<string | null> {
  const body: DecideProposal = { accepted, reason, seen: of.known };
  try {
    take(await post<OpenProposals>(`${ADDRESS}/${of.proposal}`, body));
    return null;
  } catch (error) {
    // Somebody else was faster, or the structure has changed: what is shown is old.
    if (REREAD.has((error as ApiError).code)) await refresh();
    return errorTextOf(error);
  }
}

const take = (fresh: OpenProposals): void => void (waiting.value = fresh);

const REREAD: ReadonlySet<string> = new Set(["proposal_decided", "proposal_stale", "not_found"]);
