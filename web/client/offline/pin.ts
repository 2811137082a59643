/**
 * The PIN of a post's staff, checked on the tablet without a network. It keeps passers-by from reading patients' advice on a
 * shared tablet; it is no protection against somebody who takes the tablet apart (docs/adr/0029-paper-and-shared-tablet.md).
 */

import type { Disk } from "../platform/disk.ts";
import { ofDevice, remember, remembered } from "../platform/storage.ts";
import { deviceNow } from "../platform/wall-clock.ts";

/** The wrong tries since the last right one. */
export interface Tries {
  failures: number;
  /** The time of the device before which no try counts, in ms since 1970. */
  closedUntil: number;
}

/** What the tablet keeps: a slow hash of the PIN, and the wrong tries. */
interface StoredPin extends Tries {
  salt: Uint8Array<ArrayBuffer>;
  hash: Uint8Array;
  iterations: number;
}

/** The answer to a try; `wait_s` is the time until the next one counts. */
export type PinAnswer = { is: "right" } | { is: "wrong"; wait_s: number } | { is: "closed"; wait_s: number } | { is: "unset" };

/** True if a text can be a PIN: four to eight digits. */
export const isPin = (text: string): boolean => /^\d{4,8}$/.test(text);

/** The PIN of this tablet. */
export class PostPin {
  readonly #disk: Disk;
  readonly #wallClock: () => number;
  readonly #iterations: number;
  /** One try at a time, so that tries beside each other are counted, too. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(disk: Disk, wallClock = deviceNow, iterations = ITERATIONS) {
    this.#disk = disk;
    this.#wallClock = wallClock;
    this.#iterations = iterations;
  }

  async isSet(): Promise<boolean> {
    return (await this.#load()) !== undefined;
  }

  /** Sets the PIN, which replaces an earlier one. Rejects if the disk does not keep it. */
  async set(pin: string): Promise<void> {
    if (!isPin(pin)) throw new RangeError("A PIN has four to eight digits.");
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const hash = await slowHash(pin, salt, this.#iterations);
    await this.#save({ salt, hash, iterations: this.#iterations, failures: 0, closedUntil: 0 });
  }

  /** Compares a PIN. A try is counted before it is compared, so that a reload takes none back. */
  check(pin: string): Promise<PinAnswer> {
    const answer = this.#last.then(() => this.#check(pin));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #check(pin: string): Promise<PinAnswer> {
    const stored = await this.#load();
    if (!stored) return { is: "unset" };
    const now = this.#wallClock();
    const tries = uncountedTries(TRIES) ?? stored;
    // A clock that was set back must not lock the staff out for longer than the longest pause.
    const left_ms = Math.min(tries.closedUntil - now, LONGEST_MS);
    if (left_ms > 0) return { is: "closed", wait_s: Math.ceil(left_ms / 1000) };
    const failures = tries.failures + 1;
    const pause_ms = pauseAfter(failures);
    await this.#count(stored, { failures, closedUntil: now + pause_ms });
    const hash = await slowHash(pin, stored.salt, stored.iterations);
    if (!hash.every((byte, i) => byte === stored.hash[i])) return { is: "wrong", wait_s: pause_ms / 1000 };
    await this.#count(stored, NO_TRIES);
    return { is: "right" };
  }

  #count(stored: StoredPin, tries: Tries): Promise<void> {
    return countTries(TRIES, tries, () => this.#save({ ...stored, ...tries }));
  }

  async #load(): Promise<StoredPin | undefined> {
    const stored = await this.#disk.get<StoredPin>("keys", KEY);
    return stored?.hash?.length === HASH_BYTES ? stored : undefined;
  }

  #save(pin: StoredPin): Promise<void> {
    return this.#disk.put("keys", KEY, pin);
  }
}

/** Keeps a count of tries with `save`, or in Web Storage while the disk is full: a full tablet must still open. */
export async function countTries(name: string, tries: Tries, save: () => Promise<void>): Promise<void> {
  await save().then(
    () => ofDevice.set(name, null),
    () => remember(name, tries),
  );
}

/** The count that the full disk did not take, which is newer than what it has; null if there is none. */
export const uncountedTries = (name: string): Tries | null => remembered(name, isTries);

function isTries(value: unknown): value is Tries {
  const { failures, closedUntil } = (value ?? {}) as Partial<Tries>;
  return typeof failures === "number" && typeof closedUntil === "number";
}

/** The pause after a number of wrong tries: none for the first four, then 30 s, doubled each time up to 15 min. */
export function pauseAfter(failures: number): number {
  if (failures < FREE_TRIES) return 0;
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - FREE_TRIES), LONGEST_MS);
}

/** PBKDF2 with HMAC-SHA-256 (RFC 8018). */
async function slowHash(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * HASH_BYTES));
}

const KEY = "pin";
const TRIES = "pin tries";
export const NO_TRIES: Tries = { failures: 0, closedUntil: 0 };
const HASH_BYTES = 32;
/** The count that OWASP's password storage cheat sheet names for this hash; about a second on a cheap tablet. */
export const ITERATIONS = 600_000;
const FREE_TRIES = 5;
const FIRST_PAUSE_MS = 30_000;
export const LONGEST_MS = 15 * 60_000;
