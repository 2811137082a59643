/**
 * Drafts: texts and forms that are being typed, kept on the device, so that they survive a reload and a power cut. Nothing here
 * rejects: a draft that the disk does not take stays in the page, and `deviceStorage` (platform/storage.ts) says so.
 */

import type { Clock } from "../platform/clock.ts";
import type { Disk } from "../platform/disk.ts";

/** The drafts of one account. */
export class Drafts {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #unsaved = new Map<string, unknown>();
  /** The drafts that this page has written or cleared; they are newer than what a slow disk still answers. */
  readonly #latest = new Map<string, unknown>();

  constructor(disk: Disk, clock: Clock) {
    this.#disk = disk;
    this.#clock = clock;
  }

  /** Loads a draft. What is typed while the disk is read counts more than what the disk holds. */
  async load<T>(name: string): Promise<T | undefined> {
    const kept = this.#latest.has(name) ? undefined : await this.#disk.get<T>("drafts", name).catch(() => undefined);
    return this.#latest.has(name) ? (this.#latest.get(name) as T | undefined) : kept;
  }

  /** Saves a draft; to be called at each keystroke. */
  save<T>(name: string, value: T): void {
    const waiting = this.#unsaved.has(name);
    this.#unsaved.set(name, value);
    this.#latest.set(name, value);
    if (!waiting) this.#clock.after(COALESCE_MS, () => this.#write(name));
  }

  async clear(name: string): Promise<void> {
    this.#unsaved.delete(name);
    this.#latest.set(name, undefined);
    await this.#disk.delete("drafts", name).catch(() => undefined);
  }

  #write(name: string): void {
    if (!this.#unsaved.has(name)) return;
    const value = this.#unsaved.get(name);
    this.#unsaved.delete(name);
    void this.#disk.put("drafts", name, value).catch(() => undefined);
  }
}

/** A burst of keystrokes is one write; a power cut can take less than a word. */
const COALESCE_MS = 300;
