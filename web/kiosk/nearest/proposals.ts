/**
 * What this post proposes to correct of structures, on the way to the server and back: from the queue, so that a proposal is kept without a network. The tablet keeps
 * what became of it.
 */

import { computed, signal } from "@preact/signals";
import { FinalRefusal } from "../../client/offline/queue.ts";
import { type ApiError, get, post } from "../../client/signalling/session.ts";
import type { NearStructures, OwnProposals, ProposeChange, ProposedChange } from "../../protocol/api.ts";
import type { Place } from "../../protocol/messages.ts";
import { client, queue } from "../kiosk.ts";
import { book } from "../staff.ts";
import { type KeptProposal, rowsOf } from "./choices.ts";
import { nearest } from "./list.ts";

const QUEUED_AS = "proposal";
const ADDRESS = "/api/structures/proposals";

const told = signal<OwnProposals | null>(null);
void client.kept.get<OwnProposals>("kept", ADDRESS).then((kept) => void (told.value ??= kept ?? null), () => undefined);

/** The proposals of this post, those that have not left first. */
export const proposals = computed(() => rowsOf(told.value?.proposals ?? [], queue.items.value.filter(({ kind }) => kind === QUEUED_AS)));

/** The nearest structures that are closed. */
export const closed = computed(() => told.value?.closed ?? []);

/** Resolves when the proposal is on the tablet; rejects if that is full. */
export function propose(structure: Place, change: ProposedChange, remark: string): Promise<void> {
  const proposal = crypto.randomUUID();
  const body: KeptProposal = { proposal, structure, change, remark, proof: book.proof() ?? "" };
  return queue.enqueue({ key: keyOf(proposal), kind: QUEUED_AS, group: keyOf(proposal), body });
}

/** Forgets a proposal that the server does not take. */
export const drop = (proposal: string): Promise<void> => queue.drop(keyOf(proposal));

/** Reads what became of the proposals. The list of structures follows if the district has accepted one since it was fetched. */
export async function refresh(): Promise<void> {
  const fresh = await get<OwnProposals>(ADDRESS).catch(() => null);
  if (!fresh) return;
  take(fresh);
  const accepted = fresh.proposals.filter(({ state }) => state === "accepted").map(({ decided_at }) => decided_at ?? 0);
  if (Math.max(0, ...accepted) <= (nearest.list.value?.at ?? 0)) return;
  await get<NearStructures>("/api/structures/nearest").then((list) => nearest.take(list), () => undefined);
}

function take(fresh: OwnProposals): void {
  told.value = fresh;
  void client.kept.put("kept", ADDRESS, fresh).catch(() => undefined);
}

queue.handle(QUEUED_AS, async ({ body }) => {
  const { structure, proof, ...said } = body as KeptProposal;
  const sent: ProposeChange = { ...said, structure: structure.id };
  const fresh = await post<OwnProposals>(ADDRESS, sent, { "staff-proof": proof }).catch((error: unknown) => {
    const { code } = error as ApiError;
    throw FINAL.has(code) ? new FinalRefusal(code) : error;
  });
  take(fresh);
});

const keyOf = (proposal: string): string => `${QUEUED_AS} ${proposal}`;

/** Refusals that stay the same however often a proposal is sent; a person may try again when the district has answered others. */
const FINAL: ReadonlySet<string> = new Set(["malformed", "too_large", "not_found", "proposals_full"]);
