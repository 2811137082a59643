/**
 * The sentences of this tablet, and when they are fetched: while nobody uses the tablet, over a link that answers quickly, and never
 * beside a voice or a form. What a thin link carries too slowly comes piece by piece, with long pauses.
 */

import { effect } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { KeptFiles } from "../../client/platform/kept-files.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import { SPOKEN_FILES } from "../../client/offline/space.ts";
import { type Round, SpokenSentences } from "../../client/offline/spoken.ts";
import type { Connection } from "../../client/signalling/connection.ts";

/** The sentences that this tablet holds. */
export const sentences = new SpokenSentences({ files: new KeptFiles(SPOKEN_FILES), fetch: fetchFile, now });

/** Keeps the sentences up to date while `quiet` is true. */
export function keepSentences({ state, rttMs }: Connection, quiet: ReadonlySignal<boolean>): void {
  effect(() => {
    if (!quiet.value || state.value.at !== "ready") return;
    const giveUp = new AbortController();
    let cancel = () => {};
    const wait = (delay_ms: number) => void (cancel = pageClock.after(delay_ms, () => void round()));
    const round = async () => {
      const rtt = rttMs.peek();
      if (rtt === null) return wait(SETTLE_MS);
      const ended = rtt < GOOD_RTT_MS ? await sentences.round(giveUp.signal) : "slow";
      if (!giveUp.signal.aborted) wait(PAUSE_MS[ended]);
    };
    wait(SETTLE_MS);
    return () => (cancel(), giveUp.abort());
  });
}

async function fetchFile(path: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetch(path, { cache: "no-store", signal });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.blob();
}

/** The time that a page has for itself before anything is fetched in the background. */
const SETTLE_MS = 5000;
/** A round trip above this one is that of a link that is thin or already full. */
const GOOD_RTT_MS = 700;
/** The pause after a round: new recordings are rare, and a thin link is left alone for most of the time. */
const PAUSE_MS: Record<Round, number> = { whole: 60 * 60_000, slow: 10 * 60_000, broken: 2 * 60_000 };
