/**
 * Drafts: texts and forms that are being typed, kept on the device, so that they survive a reload and a power cut. Nothing here
 * rejects: a draft that the disk does not take stays in the page, and `deviceStorage` (platform/storage.ts) says so.
 */

import { type Clock, pageClock } from "../platform/clock.ts";
import type { SealedStore } from "./sealed-store.ts";

/** The drafts of one account. */
export class Drafts {
  readonly #disk: SealedStore;
  readonly #clock: Clock;
  /** The drafts that are being written, and those that have changed since; the next write takes them all. */
  readonly #writing = new Set<string>();
  readonly #unsaved = new Set<string>();
  /** The drafts that this page has written or cleared; they are newer than what a slow disk still answers. */
  readonly #latest = new Map<string, unknown>();

  constructor(disk: SealedStore, clock: Clock = pageClock) {
    this.#disk = disk;
    this.#clock = clock;
  }

  /** Loads a draft. What is typed while the disk is read counts more than what the disk holds. */
  async load<T>(name: string): Promise<T | undefined> {
    const kept = this.#latest.has(name) ? undefined : await this.#disk.get<T>("drafts", name).catch(() => undefined);
    return this.#latest.has(name) ? (this.#latest.get(name) as T | undefined) : kept;
  }

  /** Saves a draft at once; to be called at each keystroke. While a write is under way, the keystrokes that come are one write after it. */
  save<T>(name: string, value: T): void {
    this.#latest.set(name, value);
    this.#unsaved.add(name);
    void this.#write(name);
  }

  /** Clears a draft. Resolves when it is gone from the disk, so that it cannot come back after a power cut. */
  async clear(name: string): Promise<void> {
    this.#unsaved.delete(name);
    this.#latest.set(name, undefined);
    await this.#disk.delete("drafts", name).catch(() => undefined);
  }

  async #write(name: string): Promise<void> {
    if (this.#writing.has(name)) return;
    this.#writing.add(name);
    while (this.#unsaved.delete(name)) {
      // A full disk may have space later, when nobody types any more.
      await this.#disk.put("drafts", name, this.#latest.get(name)).catch(() => this.#again(name));
    }
    this.#writing.delete(name);
  }

  #again(name: string): void {
    this.#clock.after(AGAIN_MS, () => {
      if (this.#latest.get(name) === undefined) return;
      this.#unsaved.add(name);
      void this.#write(name);
    });
  }
}

/** The pause before a draft that the disk did not take is written again. */
const AGAIN_MS = 5000;
