/**
 * Renews the log of Chromium's IndexedDB before a page writes to it (docs/adr/0045-torn-log.md). Chromium keeps all databases of a site in one LevelDB, which
 * appends each write to a log. A write that a full disk or a power cut has torn stays at the log's end. The next start appends behind it, and the start
 * after that finds a log that is damaged in its middle, and deletes every database. A log that is renewed first is merged into a table, and nothing is lost.
 */

import { committed, deleteDatabase, openDatabase } from "./database.ts";
import { giveUpReserve, takes } from "./space-probe.ts";
import { spaceIsShort } from "./storage.ts";

/** A full device is asked again after these pauses, however often a page tries to write: what is asked for is written, if there is some space. */
const SHORTEST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;

/** The time of this page before which a full device is not asked again, in ms, and the pause after that. */
let notBefore = 0;
let pause_ms = SHORTEST_PAUSE_MS;

/**
 * Resolves when it is safe to write. On a full device it takes the space that was set aside for this. Where that is gone, too, it rejects with a
 * QuotaExceededError, and writes to no database.
 */
export async function renewLog(): Promise<void> {
  if (!keepsLevelDb()) return;
  if (performance.now() < notBefore) throw full();
  if (!(await findSpace())) {
    notBefore = performance.now() + pause_ms;
    pause_ms = Math.min(2 * pause_ms, LONGEST_PAUSE_MS);
    throw full();
  }
  pause_ms = SHORTEST_PAUSE_MS;
  await writeNoise();
  // The log is merged at the first write that finds it long enough.
  await deleteDatabase(NAME);
}

async function findSpace(): Promise<boolean> {
  if (await takes(PROOF_BYTES)) return true;
  spaceIsShort.value = true;
  await giveUpReserve();
  return takes(PROOF_BYTES);
}

const full = (): DOMException => new DOMException("The device is full.", "QuotaExceededError");

async function writeNoise(): Promise<void> {
  const database = await openDatabase(NAME, [STORE]);
  const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
  const change = () => {
    for (let at = 0; at < VALUES; at++) transaction.objectStore(STORE).put(crypto.getRandomValues(new Uint8Array(VALUE_BYTES)), at);
  };
  await committed(transaction, change).finally(() => database.close());
}

/** True in Chromium and the browsers made from it; Firefox and Safari keep IndexedDB in SQLite, which repairs itself. */
const keepsLevelDb = (): boolean => "userAgentData" in (globalThis.navigator ?? {});

const NAME = "teranga-log-renewal";
const STORE = "noise";
/** LevelDB merges a log of more than 4 MB. Chromium puts a value of 64 KB or more into a file of its own, where it moves nothing. */
const VALUE_BYTES = 50_000;
const VALUES = 85;
/** The new log, the table of the old one, and what the browser writes beside them. */
const PROOF_BYTES = 10_000_000;
