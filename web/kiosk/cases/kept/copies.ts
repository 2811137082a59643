/**
 * What this tablet keeps of its cases in the sealed store, so that the list and the cases that were read are there without a network and
 * after a power cut. The server's list replaces the kept one; what is kept of a case goes when the case leaves the list.
 */

import { effect, signal } from "@preact/signals";
import { now, pageClock } from "../../../client/index.ts";
import type { Case } from "../../../client/workflow/cases.ts";
import type { Copy, KeptContents } from "../../../client/workflow/case-contents.ts";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import type { CaseRow, ConsultationId } from "../../../protocol/messages.ts";
import { client } from "../../kiosk.ts";
import { cases, connection } from "../../shell.ts";
import { replied } from "./replied.ts";

/** The list as it was told. */
interface KeptRows {
  /** Server's time, ms since 1970. */
  at: number;
  rows: CaseRow[];
  /** The cases of which there is a copy. */
  copied: ConsultationId[];
}

const LIST = "case list";
/** The cases of which there is a copy on the tablet. */
const copied = new Set<ConsultationId>();

/** The server's time at which the list that is shown was true; null while the server tells it. */
export const knownAt = signal<number | null>(null);

/** The copies of what is in a case. */
export const copies: KeptContents = {
  load: (id) => client.kept.get<Copy>("kept", nameOf(id)).catch(() => undefined),
  save(id, view) {
    const copy: Copy = { at: wallNow(), view };
    copied.add(id);
    void client.kept.put("kept", nameOf(id), copy).then(() => keep(cases.rows.peek()), () => undefined);
    return copy.at;
  },
};

/** Resolves when the kept list is shown, if the server has not told its own before. */
export const restored: Promise<void> = client.kept.get<KeptRows>("kept", LIST).then(
  (kept) => {
    for (const id of kept?.copied ?? []) copied.add(id);
    if (!kept || connection.state.peek().at === "ready") return;
    // A clock that was set back makes no case younger than it was, and one that nobody knows tells the least age.
    cases.restore(kept.rows, Math.max(0, wallNow() - kept.at));
    knownAt.value = kept.at;
  },
  () => undefined,
);

/** Keeps the list while the server tells it: when that of a new connection is complete, at each change, and now and then for its time. */
void restored.then(() => {
  // On a first visit this file comes late, and finds the list complete.
  let wasReady = connection.state.peek().at === "ready";
  let completeAt = 0;
  effect(() => {
    const isReady = connection.state.value.at === "ready";
    if (isReady) knownAt.value = null;
    else if (wasReady) knownAt.value = wallNow();
    if (isReady && !wasReady) completeAt = now() + SETTLE_MS;
    wasReady = isReady;
  });
  effect(() => {
    const rows = cases.rows.value;
    if (connection.state.value.at !== "ready") return;
    // A case that was just sent is kept at once, because link and power may fail in the next moment.
    return pageClock.after(Math.max(0, completeAt - now()), () => void keep(rows));
  });
  setInterval(() => connection.state.peek().at === "ready" && void keep(cases.rows.peek()), AGAIN_MS);
});

effect(() => {
  const acts = [...client.outbox.items.value.values()].filter(({ state }) => state !== "refused");
  replied.value = new Set(acts.flatMap(({ message }) => (message.type === "write_chat" || message.type === "tell_outcome" || message.type === "cancel" ? [message.consultation] : [])));
});

async function keep(rows: readonly Case[]): Promise<void> {
  const at = now();
  const told = rows.map(({ since, dueAt, ...row }) => ({ ...row, age_ms: Math.max(0, at - since), due_in_ms: dueAt - at }));
  const open = new Set(rows.map(({ consultation }) => consultation));
  const gone = [...copied].filter((id) => !open.has(id));
  for (const id of gone) await client.kept.delete("kept", nameOf(id)).then(() => copied.delete(id), () => undefined);
  const list: KeptRows = { at: wallNow(), rows: told, copied: [...copied] };
  await client.kept.put("kept", LIST, list).catch(() => undefined);
}

function nameOf(id: ConsultationId): string {
  return `case view ${id}`;
}

/** The pause in which the list of a new connection is complete. */
const SETTLE_MS = 2000;
const AGAIN_MS = 5 * 60_000;
