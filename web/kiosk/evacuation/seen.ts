/** What the post has seen of its evacuations; the tablet keeps it, so that nothing is told as new after a reload. */

import { SealedStore } from "../../client/offline/sealed-store.ts";
import { seen } from "./known.ts";

const store = new SealedStore("kiosk");
const NAME = "seen referrals";

/** Reads what was seen before this page. A tablet that cannot read it tells it again. */
export async function readSeen(): Promise<void> {
  const kept = await store.get<string[]>("kept", NAME).catch(() => undefined);
  if (Array.isArray(kept)) seen.value = new Set([...kept, ...seen.value]);
}

/** These were seen. */
export function see(keys: readonly string[]): void {
  if (keys.every((key) => seen.peek().has(key))) return;
  seen.value = new Set([...seen.peek(), ...keys]);
  void store.put("kept", NAME, [...seen.value].slice(-MOST)).catch(() => undefined);
}

/** Some words for each of the evacuations that the tablet keeps. */
const MOST = 400;
