/** The list of certified keys: fetched at each start, and kept on the device for times without a network. */

import { signal } from "@preact/signals";
import { remember, remembered } from "../client/platform/storage.ts";
import { now } from "../client/platform/clock.ts";
import { setServerTime } from "../client/platform/wall-clock.ts";
import type { TrustedKey, TrustedKeys } from "../protocol/prescriptions.ts";
import { ask } from "./ask.ts";
import { isObject, readTrustList } from "./trusted-keys.ts";

/** The list; null if this device never had one. */
export const trustList = signal<TrustedKeys | null>(readTrustList(remembered("verifier_keys", isObject)));
/** True while the list is asked for. */
export const fetching = signal(false);

let fetchedAt: number | null = null;
let running: Promise<void> | null = null;

/** True once the server has told this page a list, and the time with it. */
export const isTimeTold = (): boolean => fetchedAt !== null;

/** Asks the server for the list, unless that was done within the last `fresh_ms`. It never rejects; the list that is kept stays. */
export function refreshTrustList(fresh_ms = 0): Promise<void> {
  if (fetchedAt !== null && now() - fetchedAt < fresh_ms) return Promise.resolve();
  fetching.value = true;
  running ??= fetchList().finally(() => {
    running = null;
    fetching.value = false;
  });
  return running;
}

/** The list, or the one that is on its way if there is none yet. */
export async function knownKeys(): Promise<readonly TrustedKey[]> {
  if (!trustList.peek()) await running;
  return trustList.peek()?.keys ?? [];
}

async function fetchList(): Promise<void> {
  const answer = await ask<unknown>("/api/verifier/keys", PATIENCE_MS).catch(() => null);
  const list = readTrustList(answer);
  if (!list) return;
  fetchedAt = now();
  setServerTime(list.at);
  remember("verifier_keys", list);
  trustList.value = list;
}

/** The list is larger than the other answers, and nobody waits for it but on the first visit. */
const PATIENCE_MS = 30_000;
