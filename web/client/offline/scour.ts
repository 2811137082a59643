/**
 * Makes the browser drop from its files what was deleted from a database. LevelDB, in which Chromium keeps IndexedDB, leaves deleted records in its
 * files until enough was written behind them; so this writes random bytes behind them, once, and deletes those, too.
 */

import { Disk } from "../platform/disk.ts";

/** Deletes the database of `owner`, and scours the files of it. Rejects if the device has no space for that. */
export async function scour(owner: string): Promise<void> {
  await new Disk(owner).destroy();
  const filler = new Disk(owner);
  try {
    // One transaction for each value, and keys at both ends: only so does LevelDB merge the old records' file, as was measured with Chromium.
    for (let at = 0; at < VALUES; at++) await filler.put("drafts", `${at % 2 ? "a" : "z"}${at}`, noise());
  } finally {
    await filler.destroy();
  }
}

const noise = (): Uint8Array => crypto.getRandomValues(new Uint8Array(NOISE_BYTES));

/** Chromium puts a value of 64 KB or more into a file of its own, where it moves nothing. */
const NOISE_BYTES = 50_000;
/** 30 MB: 12 MB were not enough. It takes a second on a laptop. */
const VALUES = 600;
