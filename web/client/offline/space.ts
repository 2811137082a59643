/**
 * Looks after the space of the device: asks the browser to keep our data, sees a shortage before it bites, and gives up what may be lost first. What is not sent
 * is never given up.
 */

import { spaceLeft } from "../platform/disk.ts";
import type { SealedStore } from "./sealed-store.ts";

/** `enough` · `low`: what may be lost was given up, and the user is told · `unknown`: the browser does not say. */
export type Space = "enough" | "low" | "unknown";

/** What may be lost, the first first: the names in `kept` that begin with these words. Drafts, the outbox, the queue and the staff are never among them. */
const LOST_FIRST = ["past ", "cache "];

/** Looks once. Where space is short it gives up what the server has, too. */
export async function lookAtSpace(store: SealedStore): Promise<Space> {
  const left = await spaceLeft();
  if (left === null) return "unknown";
  if (left > LOW_BYTES) return "enough";
  for (const word of LOST_FIRST) {
    const names = (await store.list("kept")).map(([name]) => name).filter((name) => name.startsWith(word));
    await store.batch(names.map((name) => ({ store: "kept", name, value: undefined }))).catch(() => undefined);
    if (((await spaceLeft()) ?? 0) > LOW_BYTES) return "enough";
  }
  return "low";
}

/** Two cases with photos and a voice note, and what the browser needs for itself. */
const LOW_BYTES = 50_000_000;
