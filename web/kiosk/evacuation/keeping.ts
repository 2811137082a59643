/** Keeps the evacuations of this post on the tablet, and asks what became of them while it had no network. */

import { effect, type ReadonlySignal, type Signal } from "@preact/signals";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import { get } from "../../client/signalling/session.ts";
import { allKept, keep } from "../../client/workflow/kept-referrals.ts";
import { toRead } from "../../client/workflow/referrals.ts";
import type { ConsultationSummary, ConsultationView } from "../../protocol/api.ts";
import type { Referral } from "../../protocol/messages.ts";
import { isToTell, kept, referrals, take } from "./known.ts";
import { readSeen } from "./seen.ts";

const store = new SealedStore("kiosk");

/** Begins. It is called once. `outgoing` becomes true while the first screen has something to tell of one; nothing is asked while `busy` is true. */
export async function keepReferrals(connection: Connection, outgoing: Signal<boolean>, busy: ReadonlySignal<boolean>): Promise<void> {
  connection.on("referral", ({ type: _, ...one }) => take([one]));
  await readSeen();
  const onDisk = await allKept(store).catch(() => null);
  take(onDisk ?? []);
  kept.value = onDisk ? "read" : "unreadable";
  keepNews(onDisk ?? []);
  // The screens that are loaded for what waits show it on the first one, after a power cut, too.
  effect(() => void (isToTell() && (outgoing.value = true)));
  askAgain(connection, busy);
}

function keepNews(onDisk: readonly Referral[]): void {
  let known = onDisk;
  effect(() => {
    const all = referrals.value;
    void keep(store, all.filter((one) => !known.includes(one)));
    known = all;
  });
}

/** Asks whenever the link is back what was ordered and what has happened meanwhile, but never beside a voice. */
function askAgain({ state }: Connection, busy: ReadonlySignal<boolean>): void {
  let askedAt = -Infinity;
  effect(() => {
    if (state.value.at !== "ready" || busy.value) return;
    return pageClock.after(Math.max(SETTLE_MS, askedAt + PAUSE_MS - now()), () => {
      askedAt = now();
      void catchUp().catch(() => undefined);
    });
  });
}

/** Reads the consultations with an evacuation that is not over, or of which the tablet does not have the last state. Rejects without a network. */
async function catchUp(): Promise<void> {
  const rows = await get<ConsultationSummary[]>("/api/consultations");
  for (const id of toRead(rows, referrals.peek())) {
    const { record } = await get<ConsultationView>(`/api/consultations/${id}`);
    take(record.referrals);
  }
}

/** The time that a page has for itself after its link is back. */
const SETTLE_MS = 3000;
/** Each reading of a record is written into its audit log, so a link that breaks again and again makes no more than one a minute. */
const PAUSE_MS = 60_000;
