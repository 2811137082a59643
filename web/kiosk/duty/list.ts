/** Who is on duty, as this tablet knew it last: fetched while the tablet rests and when a form is opened, and kept for a dead link. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import { get } from "../../client/signalling/session.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { RotaNow } from "../../protocol/rota.ts";
import type { Known } from "./words.ts";

const store = new SealedStore("kiosk");

/** What is known; null if this tablet has never heard of a rota, undefined until its disk has answered. */
export const known = signal<Known | null | undefined>(undefined);

let fetchedAt = -Infinity;
let loading: Promise<void> | null = null;

/** Reads once what the tablet keeps. A store that cannot be read counts as empty. */
export function loadDuty(): Promise<void> {
  return (loading ??= store.get<Known>("kept", NAME).then(
    (kept) => void (known.value ??= kept ?? null),
    () => void (known.value ??= null),
  ));
}

/** Asks the server, unless it was asked a moment ago. Without an answer the last one stays. */
export async function refreshDuty(): Promise<void> {
  await loadDuty();
  if (now() - fetchedAt < FRESH_MS) return;
  const rota = await get<RotaNow>("/api/rota/now").catch(() => null);
  if (!rota) return;
  fetchedAt = now();
  known.value = { at: wallNow(), rota };
  await store.put("kept", NAME, known.value).catch(() => undefined);
}

/** Keeps it up to date while `quiet` is true. */
export function keepDuty({ state }: Connection, quiet: ReadonlySignal<boolean>): void {
  effect(() => {
    if (!quiet.value || state.value.at !== "ready" || now() - fetchedAt < PAUSE_MS) return;
    return pageClock.after(SETTLE_MS, () => void refreshDuty());
  });
}

const NAME = "on duty";
/** An answer that is not older than this is shown as it is. */
const FRESH_MS = 60_000;
/** The time that a page has for itself before anything is fetched in the background. */
const SETTLE_MS = 3000;
/** A resting tablet asks this often: an answer is some hundred bytes, and duties last hours. */
const PAUSE_MS = 10 * 60_000;
