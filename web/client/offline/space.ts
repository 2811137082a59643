/**
 * Looks after the space of the device: asks the browser to keep our data, sees a shortage before it bites, and gives up what the server has, too. Drafts, the
 * outbox, the queue with its files, advice, the telephone numbers and the staff are never given up.
 */

import { KeptFiles } from "../platform/kept-files.ts";
import { holdWrites, renewedLog } from "../platform/sound-log.ts";
import { askToPersist, hasReserve, hasSpace, keepReserve, takes } from "../platform/space-probe.ts";
import { spaceIsShort } from "../platform/storage.ts";

/** The cache of the sentences for patients, which is the largest thing that the server has, too. */
export const SPOKEN_FILES = "teranga-spoken";

/** Removes a value of the store `kept` by its name. */
type Remove = (name: string) => Promise<unknown>;

/** What may be lost, the first first: sentences for patients, the list of what was sent, and the list of patients. */
const LOST_FIRST: readonly ((remove: Remove) => Promise<unknown>)[] = [
  () => new KeptFiles(SPOKEN_FILES).clear(),
  (remove) => remove("past attachments"),
  (remove) => remove("patients"),
];

/** Gives up what may be lost, one after the other, until there is enough space, or all of it. It never rejects. */
export async function giveUp(remove: Remove, isEnough = async () => false): Promise<void> {
  for (const lose of LOST_FIRST) {
    await lose(remove).catch(() => undefined);
    if (await isEnough()) return;
  }
}

/** Looks once, and says in `spaceIsShort` what it has found. A browser that tells nothing has enough. */
export async function lookAtSpace(store: { delete(store: "kept", name: string): Promise<void> }): Promise<void> {
  await askToPersist();
  await renewedLog().catch(() => undefined);
  const isEnough = () => hasSpace(LOW_BYTES);
  if (spaceIsShort.peek() || !(await isEnough())) {
    spaceIsShort.value = true;
    await giveUp((name) => store.delete("kept", name), isEnough);
  }
  if (!spaceIsShort.peek()) await setAside();
}

/** Keeps a reserve on the device. A disk that others have filled is known by this alone. */
async function setAside(): Promise<void> {
  if (await hasReserve(RESERVE_BYTES)) return;
  const keeping = keepReserve(RESERVE_BYTES);
  holdWrites(keeping);
  await keeping.catch(() => (spaceIsShort.value = true));
}

/** Looks whether there is space again, after a shortage. It writes much, so it is for a moment at which somebody may have made space. */
export async function lookAgain(): Promise<void> {
  const looking = takes(RESERVE_BYTES + SPARE_BYTES);
  holdWrites(looking);
  if (await looking) spaceIsShort.value = false;
}

/** Two cases with photos and a voice note, and what the browser needs for itself. */
const LOW_BYTES = 50_000_000;
/** The sentences for patients and the list of patients fit in between. */
const SPARE_BYTES = 60_000_000;
/** What a full device needs to renew the browser's log (`platform/log-renewal.ts`), and then to keep texts for hours. */
const RESERVE_BYTES = 40_000_000;
