/** The patients that this tablet keeps, and when their list is fetched: while the tablet rests, never beside a form or a voice. */

import { effect } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { PatientList } from "../../client/offline/patients.ts";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import { get } from "../../client/signalling/session.ts";
import type { PatientLine } from "../../protocol/api.ts";

/** The patients of this post that are found without a network. */
export const patients = new PatientList(new SealedStore("kiosk"));

/** Fetches the list now; what the tablet keeps stands if there is no network. */
export async function refreshPatients(): Promise<void> {
  await get<PatientLine[]>("/api/patients").then(
    (lines) => patients.take(lines),
    () => undefined,
  );
}

/** Keeps the list up to date while `quiet` is true. */
export function keepPatients({ state }: Connection, quiet: ReadonlySignal<boolean>): void {
  let fetchedAt = -Infinity;
  effect(() => {
    if (!quiet.value || state.value.at !== "ready" || now() - fetchedAt < PAUSE_MS) return;
    return pageClock.after(SETTLE_MS, () => {
      get<PatientLine[]>("/api/patients").then(
        (lines) => ((fetchedAt = now()), patients.take(lines)),
        () => undefined,
      );
    });
  });
}

/** The time that a page has for itself before anything is fetched in the background. */
const SETTLE_MS = 2000;
/** A list is at most some ten kilobytes, and changes with each request of the post. */
const PAUSE_MS = 60_000;
