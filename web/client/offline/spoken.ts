/**
 * The sentences for patients that this tablet holds. They are fetched while nothing else goes on, one after the other, checked against
 * their SHA-256 and kept on the device, so that they play without a network. A recording that is no longer offered is removed from
 * the device, because it may have been withdrawn for what it says.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { SpokenOffer } from "../../protocol/api.ts";

/** Where the files are kept; `KeptFiles` of the platform, or a fake of a test. */
export interface FileShelf {
  get(path: string): Promise<Blob | null>;
  put(path: string, file: Blob): Promise<void>;
  delete(path: string): Promise<void>;
  paths(): Promise<string[]>;
}

/** What the sentences need from outside. */
export interface SpokenPorts {
  files: FileShelf;
  /** Fetches a file of the server; rejects if it does not answer with it. */
  fetch(path: string, signal: AbortSignal): Promise<Blob>;
  now(): number;
}

/** How a round of fetching ended: everything is here, the link is too slow for more, or it broke or was given up. */
export type Round = "whole" | "slow" | "broken";

/** The sentences of one tablet. */
export class SpokenSentences {
  readonly #ports: SpokenPorts;
  readonly #offers = signal<readonly SpokenOffer[]>([]);
  readonly #kept = signal<ReadonlySet<string>>(new Set());
  /** The recordings that may be played, as the server told last. */
  readonly offers: ReadonlySignal<readonly SpokenOffer[]> = this.#offers;
  #loading: Promise<void> | null = null;

  constructor(ports: SpokenPorts) {
    this.#ports = ports;
  }

  /** Reads once what the device has. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** True if the sound of an offer is on the device. */
  has(offer: SpokenOffer): boolean {
    return this.#kept.value.has(pathOf(offer));
  }

  /** Fetches the list and what is missing, until a file comes too slowly or `signal` gives the round up. */
  async round(signal: AbortSignal): Promise<Round> {
    await this.load();
    try {
      await this.#refreshList(signal);
      for (const offer of this.#offers.peek()) {
        if (this.has(offer)) continue;
        if ((await this.#fetch(offer, signal)) < SLOWEST_BPS) return "slow";
      }
      return "whole";
    } catch {
      return "broken";
    }
  }

  /** Fetches one sound at once, because somebody asks for it. Rejects if it does not come whole. */
  async fetchNow(offer: SpokenOffer): Promise<void> {
    await this.#fetch(offer, new AbortController().signal);
  }

  /** The sound of an offer; null if it is not here. One that the device has damaged is removed. */
  async sound(offer: SpokenOffer): Promise<Blob | null> {
    const path = pathOf(offer);
    const file = await this.#ports.files.get(path);
    if (file && (await sha256(file)) === offer.sha256) return file;
    if (file) await this.#ports.files.delete(path);
    this.#setKept([...this.#kept.peek()].filter((one) => one !== path));
    return null;
  }

  async #load(): Promise<void> {
    const { files } = this.#ports;
    const list = await files.get(LIST);
    this.#offers.value = listOf(await list?.text().catch(() => undefined));
    this.#setKept(await files.paths());
  }

  async #refreshList(signal: AbortSignal): Promise<void> {
    const { files, fetch } = this.#ports;
    const list = await fetch(LIST, signal);
    const offers = listOf(await list.text());
    await files.put(LIST, list);
    this.#offers.value = offers;
    const wanted = new Set([LIST, ...offers.map(pathOf)]);
    const gone = (await files.paths()).filter((path) => !wanted.has(path));
    await Promise.all(gone.map((path) => files.delete(path)));
    this.#setKept((await files.paths()).filter((path) => wanted.has(path)));
  }

  /** Fetches and keeps a sound. Returns the rate at which it came, bit/s. */
  async #fetch(offer: SpokenOffer, signal: AbortSignal): Promise<number> {
    const [path, began] = [pathOf(offer), this.#ports.now()];
    const file = await this.#ports.fetch(path, signal);
    const bps = (8000 * file.size) / Math.max(1, this.#ports.now() - began);
    if (file.size > MOST_BYTES || (await sha256(file)) !== offer.sha256) throw new Error("The sound is not the one that was offered.");
    await this.#ports.files.put(path, file);
    this.#setKept([...this.#kept.peek(), path]);
    return bps;
  }

  #setKept(paths: Iterable<string>): void {
    this.#kept.value = new Set(paths);
  }
}

/** The address of a sound. A version never changes, so the address names the bytes. */
export const pathOf = ({ sentence, language, version }: SpokenOffer): string => `${LIST}/${sentence}/${language}/${version}`;

/** The offers of a list. A list that is none is empty, so that a damaged device asks again. */
function listOf(text: string | undefined): SpokenOffer[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

async function sha256(file: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return btoa(String.fromCharCode(...hash)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const LIST = "/api/spoken";
/** A link on which a sound comes more slowly has no room to spare: 64 kbit/s. */
const SLOWEST_BPS = 64_000;
/** The server keeps no larger sound. */
const MOST_BYTES = 100_000;
