/**
 * The queue of what must reach the server by HTTP: files, and cases that were made without a network. An entry is on the device, encrypted, before anything of it is
 * sent, and leaves the device only when its handler has the server's durable acknowledgement. Its key is the idempotency key: the server takes an
 * entry once however often it is sent. The time of the device orders nothing, and is sent nowhere.
 */

import { effect, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";
import type { SealedStore } from "./sealed-store.ts";
import type { OtherWindows } from "./other-windows.ts";

/** What is to be sent. */
export interface NewEntry {
  /** The idempotency key; an entry that is put again under its key replaces the one that is not sent yet. */
  key: string;
  /** The kind, which says which handler sends it, and which text names it. */
  kind: string;
  /** Entries of one group are sent in their order. Others do not wait for them. */
  group: string;
  /** What JSON can say. */
  body: unknown;
  /** The bytes of a file. */
  file?: Uint8Array;
  /** The name in the store `files` of what the file was until now. It goes in the same step, so that a power cut leaves one of them. */
  replaces?: string;
}

/** `kept`: on this device · `sending` · `paused`: behind a voice · `refused`: kept, and not tried again by itself. */
export type EntryState = "kept" | "sending" | "paused" | "refused";

/** An entry as a screen shows it. */
export interface QueueItem {
  key: string;
  kind: string;
  group: string;
  body: unknown;
  /** The place in the order in which entries were put. */
  order: number;
  /** The server's time when it was put, as this device knew it, in ms since 1970, for showing only. */
  at: number;
  state: EntryState;
  /** The bytes of the file, and those of them that the server has for good. */
  bytes: number;
  done: number;
  /** The stable code of the refusal; its text is `error.<code>`. */
  refusal: string | null;
}

/** What a handler may use while it sends. */
export interface Sending {
  /** Reads the file from the device. */
  file(): Promise<Uint8Array | undefined>;
  /** Resolves as soon as a piece may be sent: at once, or when no voice needs the link. Rejects if the entry was dropped. */
  turn(): Promise<void>;
  /** Tells how many bytes the server has for good. */
  progress(done: number): void;
  /** Aborted if the entry was dropped or the link is gone. */
  signal: AbortSignal;
}

/**
 * Sends one entry. Resolves when the server has acknowledged it durably; rejects with `FinalRefusal` if trying again cannot help, and with anything
 * else if it can. It asks the server what it holds already, and goes on from there.
 */
export type Handler = (entry: QueueItem, sending: Sending) => Promise<void>;

/** The server refuses an entry for good. */
export class FinalRefusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Another window of the device has sent the entry, or a person dropped it there: it is not on the device any more. */
class DoneElsewhere extends Error {}

/** The surroundings of a queue. */
export interface QueuePorts {
  store: SealedStore;
  clock: Clock;
  wallClock(): number;
  /** True while the server can be reached. */
  online: ReadonlySignal<boolean>;
  /** True while a voice needs the whole link (`workflow/yielding.ts`). */
  thin: ReadonlySignal<boolean>;
  /** The other windows of the device, which drop what a person drops here; none in a page that is alone. */
  windows?: OtherWindows;
}

/** The queue of one account. */
export class SendQueue {
  readonly #ports: QueuePorts;
  readonly #items = signal<readonly QueueItem[]>([]);
  readonly #handlers = new Map<string, Handler>();
  /** The groups that pause after a failure, with what ends their pause. */
  readonly #pauses = new Map<string, () => void>();
  /** The failures in a row of each group. */
  readonly #failures = new Map<string, number>();
  #running: { key: string; abort: AbortController } | null = null;
  readonly #waiting = new Set<() => void>();
  /** Resolves when what the device holds is known. */
  readonly loaded: Promise<void>;
  readonly items: ReadonlySignal<readonly QueueItem[]> = this.#items;

  constructor(ports: QueuePorts) {
    this.#ports = ports;
    this.loaded = this.#load();
    ports.windows?.onDropped((key) => void this.#drop(key));
    effect(() => {
      if (ports.online.value) this.#takeOver();
      else this.#running?.abort.abort();
    });
    effect(() => {
      const { thin } = ports;
      if (!thin.value) for (const go of [...this.#waiting]) go();
    });
  }

  /** Names the sender of a kind. Entries of a kind without one wait. */
  handle(kind: string, handler: Handler): void {
    this.#handlers.set(kind, handler);
    this.#next();
  }

  /** Resolves when the entry is on the device. Rejects if the device has no space: then nothing of it is kept, and the caller still has it. */
  async enqueue({ key, kind, group, body, file, replaces }: NewEntry): Promise<void> {
    await this.loaded;
    const others = this.#items.peek().filter((item) => item.key !== key);
    if (others.length >= MOST_ENTRIES) throw new FinalRefusal("queue_full");
    const order = Math.max(0, ...this.#items.peek().map((item) => item.order)) + 1;
    const at = this.#ports.wallClock();
    const item: QueueItem = { key, kind, group, body, order, at, state: "kept", bytes: file?.length ?? 0, done: 0, refusal: null };
    await this.#ports.store.batch([
      { store: "kept", name: nameOf(key), value: item },
      { store: "files", name: nameOf(key), value: file },
      ...(replaces ? [{ store: "files" as const, name: replaces, value: undefined }] : []),
    ]);
    this.#items.value = [...others, item];
    this.#next();
  }

  /** Forgets an entry: a person does not want it to be sent any more. */
  drop(key: string): Promise<void> {
    this.#ports.windows?.tellDropped(key);
    return this.#drop(key);
  }

  async #drop(key: string): Promise<void> {
    if (this.#running?.key === key) this.#running.abort.abort();
    await this.#forget(key);
    this.#next();
  }

  /** Tries what waits at once, and what was refused once more. */
  retryNow(): void {
    for (const cancel of this.#pauses.values()) cancel();
    this.#pauses.clear();
    for (const { key, state } of this.#items.peek()) if (state === "refused") this.#set(key, { state: "kept", refusal: null });
    this.#next();
  }

  /** This page is the one that sends: it tries everything, and what another window of the device has kept meanwhile. */
  #takeOver(): void {
    this.retryNow();
    void this.loaded.then(() => this.#load(0));
  }

  /** Loads what an earlier page, or another window, has kept. A disk that cannot be read yet, as after a power cut, is read again later. */
  async #load(triesLeft = LOAD_TRIES): Promise<void> {
    const before = this.#items.peek();
    const all = await this.#ports.store.list<QueueItem>("kept").catch(() => null);
    if (!all) {
      if (triesLeft > 0) this.#ports.clock.after(DISK_AGAIN_MS, () => void this.#load(triesLeft - 1));
      return;
    }
    // What has left meanwhile stays away, although it was still on the disk that was read.
    const known = new Set([...before, ...this.#items.peek()].map(({ key }) => key));
    const kept = all.filter(([name, item]) => name === nameOf(item?.key) && !known.has(item.key));
    const items = kept.map(([, item]): QueueItem => ({ ...item, state: "kept", done: 0, refusal: null }));
    this.#items.value = [...items.sort((a, b) => a.order - b.order), ...this.#items.peek()];
    queueMicrotask(() => this.#next());
  }

  /** Begins the first entry that may be sent: the first of its group, of a group that is not pausing. */
  #next(): void {
    if (this.#running || !this.#ports.online.peek()) return;
    const seen = new Set<string>();
    for (const item of this.#items.peek()) {
      const isFirst = !seen.has(item.group);
      seen.add(item.group);
      const handler = this.#handlers.get(item.kind);
      if (!isFirst || !handler || item.state === "refused" || this.#pauses.has(item.group)) continue;
      void this.#send(item, handler);
      return;
    }
  }

  async #send(item: QueueItem, handler: Handler): Promise<void> {
    const abort = new AbortController();
    this.#running = { key: item.key, abort };
    this.#set(item.key, { state: "sending" });
    try {
      await handler(item, this.#sending(item.key, abort.signal));
      this.#failures.delete(item.group);
      await this.#forget(item.key);
    } catch (error) {
      if (error instanceof DoneElsewhere) await this.#forget(item.key);
      else this.#failed(item, error);
    }
    this.#running = null;
    this.#next();
  }

  #sending(key: string, signal: AbortSignal): Sending {
    return {
      signal,
      file: () => this.#file(key),
      progress: (done) => this.#set(key, { done }),
      turn: async () => {
        signal.throwIfAborted();
        if (!this.#ports.thin.peek()) return;
        this.#set(key, { state: "paused" });
        await this.#voiceIsOver(signal);
        this.#set(key, { state: "sending" });
      },
    };
  }

  async #file(key: string): Promise<Uint8Array | undefined> {
    const { store } = this.#ports;
    const file = await store.get<Uint8Array>("files", nameOf(key));
    if (!file && !(await store.get("kept", nameOf(key)))) throw new DoneElsewhere();
    return file;
  }

  #voiceIsOver(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(go);
        signal.removeEventListener("abort", go);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener("abort", go);
    });
  }

  #failed({ key, group }: QueueItem, error: unknown): void {
    if (error instanceof FinalRefusal) {
      this.#set(key, { state: "refused", refusal: error.code });
      return;
    }
    this.#set(key, { state: "kept" });
    const failures = (this.#failures.get(group) ?? 0) + 1;
    this.#failures.set(group, failures);
    const pause_ms = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    const over = () => {
      this.#pauses.delete(group);
      this.#next();
    };
    this.#pauses.set(group, this.#ports.clock.after(pause_ms, over));
  }

  async #forget(key: string): Promise<void> {
    this.#items.value = this.#items.peek().filter((item) => item.key !== key);
    // What stays on a failing disk is sent again, and the server knows it by its key.
    await this.#ports.store
      .batch([
        { store: "kept", name: nameOf(key), value: undefined },
        { store: "files", name: nameOf(key), value: undefined },
      ])
      .catch(() => undefined);
  }

  #set(key: string, part: Partial<QueueItem>): void {
    this.#items.value = this.#items.peek().map((item) => (item.key === key ? { ...item, ...part } : item));
  }
}

const nameOf = (key: string): string => `queue ${key}`;

/** The pause before a disk that failed is read again. */
const DISK_AGAIN_MS = 3000;
const LOAD_TRIES = 20;
/** More entries than a post makes in a month without a network. */
const MOST_ENTRIES = 500;
/** The pause after a failure; it doubles with each further one. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
