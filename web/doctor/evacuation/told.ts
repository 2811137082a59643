/** The evacuations that the server tells while the page is open. A record that was read earlier is brought up to date with them. */

import { computed, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Connection } from "../../client/index.ts";
import type { ConsultationId, Referral, ReferralId } from "../../protocol/messages.ts";
import { remember, remembered } from "../../client/platform/storage.ts";
import { newsOf } from "./news.ts";
import { upToDate } from "./up-to-date.ts";

const heard = signal<ReadonlyMap<ReferralId, Referral>>(new Map());
const followed = new WeakSet<Connection>();
const READ = "evacuation news read";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");
const known = signal<ReadonlySet<string>>(new Set(remembered(READ, isTexts)));

/** What was told and nobody has read at this device. */
export const news = computed(() => newsOf(heard.value.values()).filter(({ key }) => !known.value.has(key)));
/** The past consultation that somebody asked to see; it opens by itself. */
export const wanted = signal<ConsultationId | null>(null);

/** Takes note that a person has read something, also for the next time that the page is loaded. A key names no person. */
export function read(key: string): void {
  known.value = new Set([...known.peek(), key].slice(-MOST_READ));
  remember(READ, [...known.peek()]);
}

/** Takes what the server has told or answered. */
export function take(referral: Referral): void {
  const id = referral.order.referral;
  const [latest] = upToDate([referral], [heard.peek().get(id) ?? referral]);
  heard.value = new Map([...heard.peek()].filter(([other]) => other !== id).slice(-KEPT)).set(id, latest!);
}

/** The evacuations of a consultation: those of its record, and what was told since. */
export function useReferrals(connection: Connection, id: ConsultationId, recorded: readonly Referral[] = NONE): readonly Referral[] {
  useEffect(() => follow(connection), [connection]);
  const all = heard.value;
  return useMemo(() => upToDate(recorded, [...all.values()].filter(({ order }) => order.consultation === id)), [all, id, recorded]);
}

/** Listens to a connection; once is enough. */
export function follow(connection: Connection): void {
  if (followed.has(connection)) return;
  followed.add(connection);
  connection.on("referral", take);
}

/** One and the same list, so that nothing changes while there are none. */
const NONE: readonly Referral[] = [];
/** More than the server tells when the page is loaded, with those of a day. */
const KEPT = 200;
/** More than the server tells anew when the page is loaded. */
const MOST_READ = 200;
