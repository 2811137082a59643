/**
 * Looks after the space of the device: asks the browser to keep our data, sees a shortage before it bites, and gives up what the server has, too. Drafts, the
 * outbox, the queue with its files, advice, the telephone numbers and the staff are never given up.
 */

import { KeptFiles } from "../platform/kept-files.ts";
import { hasSpace } from "../platform/space-probe.ts";
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
  const isEnough = () => hasSpace(LOW_BYTES);
  const isShort = !(await isEnough());
  if (isShort) await giveUp((name) => store.delete("kept", name), isEnough);
  // What was given up is not fetched again at once, so the shortage lasts until there is space to spare.
  spaceIsShort.value = isShort || (spaceIsShort.peek() && !(await hasSpace(SPARE_BYTES)));
}

/** Asks the browser again not to clear our data by itself. Chromium decides without a question, by how much the page is used. */
async function askToPersist(): Promise<void> {
  try {
    const { storage } = navigator;
    if (!(await storage.persisted())) await storage.persist();
  } catch {
    // A browser that knows neither keeps the data as well as it can.
  }
}

/** Two cases with photos and a voice note, and what the browser needs for itself. */
const LOW_BYTES = 50_000_000;
/** The sentences for patients and the list of patients fit in between. */
const SPARE_BYTES = 60_000_000;
