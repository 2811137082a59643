/** The structures near this post, and when their list is fetched: while the tablet rests, once a page and then some times a day. */

import { effect, type ReadonlySignal } from "@preact/signals";
import { NearestList } from "../../client/offline/nearest.ts";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import { get } from "../../client/signalling/session.ts";
import type { NearStructures } from "../../protocol/api.ts";

/** The structures near this post. */
export const nearest = new NearestList(new SealedStore("kiosk"));

/** Keeps the list up to date while `quiet` is true. */
export function keepNearest({ state }: Connection, quiet: ReadonlySignal<boolean>): void {
  let fetchedAt = -Infinity;
  effect(() => {
    if (!quiet.value || state.value.at !== "ready" || now() - fetchedAt < PAUSE_MS) return;
    return pageClock.after(SETTLE_MS, () => {
      void refresh().then((isNew) => isNew && (fetchedAt = now()));
    });
  });
}

/** Fetches the list at once, before somebody chooses one: a structure may have closed since. Resolves with false without a network. */
export const refresh = (): Promise<boolean> =>
  get<NearStructures>("/api/structures/nearest").then(
    (list) => (nearest.take(list), true),
    () => false,
  );

/** The time that a page has for itself before anything is fetched in the background. */
const SETTLE_MS = 1000;
/** Telephone numbers change rarely. */
const PAUSE_MS = 6 * 60 * 60_000;
