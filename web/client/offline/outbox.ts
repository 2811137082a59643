/**
 * The outbox: messages that must arrive. Each is on this device's disk before it is sent, and stays there until the
 * server acknowledges that it has stored it.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { ClientMessage, ConsultationId, ErrorCode, Refused } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { wallNow } from "../platform/wall-clock.ts";
import type { Connection } from "../signalling/connection.ts";
import type { SealedStore } from "./sealed-store.ts";
import type { OtherWindows } from "./other-windows.ts";

/** The messages that go through the outbox. */
export type OutboxMessage = Extract<ClientMessage, { type: "request" | "note" | "advise" | "close" | "write_chat" | "examine" | "tell_outcome" | "cancel" }>;

/** A message in the outbox. */
export interface OutboxItem {
  key: string;
  message: OutboxMessage;
  /** `stored` on this device · `sent`, without an answer yet · `refused`, kept and not tried again. */
  state: "stored" | "sent" | "refused";
  refusal: ErrorCode | null;
  /** The order in which messages were put. */
  order: number;
  /** The server's time when it was put, as this device knew it, in ms since 1970: for showing only; it is sent nowhere. */
  at?: number;
  /** The proof of the member of staff who wrote it at a shared tablet. */
  proof?: string | null;
  /** False if the device's disk did not take the message, so that it is lost if the page is closed before it is sent. */
  kept: boolean;
}

/** Who writes at a shared tablet: what is put into the outbox is said as theirs, also if it is sent while somebody else is there. */
export interface Author {
  proof(): string | null;
  speakAs(proof: string | null): void;
}

/** The outbox of one account. */
export class Outbox {
  readonly #items = signal<ReadonlyMap<string, OutboxItem>>(new Map());
  /** Messages on their way to the disk. They are shown to nobody: a person who reads "enregistré" may take the battery out. */
  readonly #writing = new Map<string, OutboxItem>();
  readonly #connection: Connection;
  readonly #disk: SealedStore;
  readonly #clock: Clock;
  readonly #windows: OtherWindows | undefined;
  readonly #loaded: Promise<void>;

  /** The author at a shared tablet; null for an account of one person. */
  author: Author | null = null;
  /** All messages that are not acknowledged, by key. */
  readonly items: ReadonlySignal<ReadonlyMap<string, OutboxItem>> = this.#items;

  /** `windows` are the other ones of the device, which drop what a person drops here. */
  constructor(connection: Connection, disk: SealedStore, clock: Clock, windows?: OtherWindows) {
    this.#connection = connection;
    this.#disk = disk;
    this.#clock = clock;
    this.#windows = windows;
    windows?.onDropped((key) => void this.#drop(key));
    this.#loaded = this.#load();
    connection.on(
      "welcome",
      ({ waiting, call }) => void this.#welcome([waiting?.request.request, call?.consultation]),
    );
    connection.on("requested", ({ request }) => this.#acknowledge(`request ${request.request}`));
    connection.on("call", ({ consultation }) => this.#acknowledge(`request ${consultation}`));
    connection.on("saved", ({ consultation, what, revision }) => {
      this.#saved(what === "note" ? `note ${consultation}` : `advise ${consultation} ${revision}`, revision);
    });
    connection.on("recorded", ({ consultation, of, act = consultation }) => this.#acknowledge(`${of} ${act}`));
    connection.on("chat", ({ messages }) => messages?.forEach(({ chat }) => this.#acknowledge(`write_chat ${chat}`)));
    connection.on("closed", ({ consultation, disposition, deferred }) => this.#over(consultation, disposition === null && !deferred));
    connection.on("error", (refusal) => this.#refused(refusal));
  }

  /**
   * Resolves when the message is on this device's disk. If the disk fails, the message is sent all the same, and its
   * item says that it is not kept; a failure to keep is no failure to send.
   */
  async put(message: OutboxMessage): Promise<void> {
    await this.#loaded;
    const item: OutboxItem = {
      key: keyOf(message),
      message,
      state: "stored",
      refusal: null,
      order: this.#nextOrder(),
      at: wallNow(),
      kept: true,
      ...(this.author && { proof: this.author.proof() }),
    };
    this.#writing.set(item.key, item);
    const kept = await this.#keep(item);
    if (this.#writing.get(item.key) !== item) return;
    this.#writing.delete(item.key);
    this.#send({ ...item, kept });
    if (!kept) this.#keepLater(item);
  }

  #keep(item: OutboxItem): Promise<boolean> {
    return this.#disk.put("outbox", item.key, item).then(
      () => true,
      () => false,
    );
  }

  /** Writes a message that the disk did not take once more, as long as it is not sent. One that is dropped meanwhile is removed after the write. */
  #keepLater(item: OutboxItem): void {
    const current = () => {
      const now = this.#items.peek().get(item.key);
      return now?.order === item.order ? now : null;
    };
    this.#clock.after(RETRY_MS, async () => {
      if (!current()) return;
      const kept = await this.#keep(item);
      const now = current();
      if (!kept) this.#keepLater(item);
      else if (now) this.#set({ ...now, kept });
    });
  }

  /** Removes a message that a person no longer wants to be sent, here and in the other windows of the device. */
  drop(key: string): Promise<void> {
    this.#windows?.tellDropped(key);
    return this.#drop(key);
  }

  async #drop(key: string): Promise<void> {
    this.#writing.delete(key);
    this.#remove(key);
    // A message that stays on a failing disk is sent again later, and the server knows it by its id.
    await this.#disk.delete("outbox", key).catch(() => undefined);
  }

  /** Loads what an earlier page, or another window, has kept. A disk that cannot be read yet, as after a power cut, is read again later. */
  async #load(triesLeft = LOAD_TRIES): Promise<void> {
    const before = [...this.#items.peek().keys(), ...this.#writing.keys()];
    const all = await this.#disk.all<OutboxItem>("outbox").catch(() => null);
    if (!all) {
      if (triesLeft > 0) this.#clock.after(RETRY_MS, () => void this.#load(triesLeft - 1).then(() => this.#sendAll()));
      return;
    }
    // What has left meanwhile stays away, although it was still on the disk that was read.
    const gone = new Set(before.filter((key) => !this.#items.peek().has(key)));
    const kept = all.filter((item) => item?.message?.type && item.key && !this.#writing.has(item.key) && !gone.has(item.key));
    kept.sort((a, b) => a.order - b.order);
    const items = kept.map((item): [string, OutboxItem] => [
      item.key,
      { ...item, state: "stored", refusal: null, kept: true },
    ]);
    this.#items.value = new Map([...items, ...this.#items.peek()]);
  }

  /** The server tells which requests it has; everything else is sent again, with what another window of the device has kept meanwhile. */
  async #welcome(known: (ConsultationId | undefined)[]): Promise<void> {
    await this.#loaded;
    await this.#load(0);
    for (const id of known) this.#acknowledge(`request ${id}`);
    this.#sendAll();
  }

  #sendAll(): void {
    for (const item of this.#items.peek().values()) if (item.state !== "refused") this.#send(item);
  }

  #send(item: OutboxItem): void {
    if (this.#isBehind(item)) return this.#set({ ...item, state: "stored" });
    const [author, now] = [this.author, this.author?.proof() ?? null];
    const isOthers = author !== null && (item.proof ?? null) !== now;
    if (isOthers) author.speakAs(item.proof ?? null);
    const sent = this.#connection.send(item.message);
    if (isOthers) author.speakAs(now);
    this.#set({ ...item, state: sent ? "sent" : "stored" });
  }

  /**
   * True if it is an act in a case that must wait: for the request of its case, or for the answer to the act of its type before it,
   * because a refusal names only the type. A withdrawal waits for everything that was written in its case before.
   */
  #isBehind({ message, order }: OutboxItem): boolean {
    if (!isAct(message)) return false;
    const { type, consultation } = message;
    const isOfCase = ({ message: one }: OutboxItem) => isAct(one) && one.consultation === consultation;
    const isBefore = (one: OutboxItem) => one.message.type === type || one.key === `request ${consultation}` || (type === "cancel" && isOfCase(one));
    return [...this.#items.peek().values()].some((one) => one.order < order && one.state !== "refused" && isBefore(one));
  }

  #acknowledge(key: string): void {
    if (!this.#items.peek().has(key)) return;
    void this.#drop(key);
    this.#sendActs();
  }

  /** Something has its answer: the acts that waited for it go. */
  #sendActs(): void {
    for (const item of this.#items.peek().values()) if (item.state === "stored" && isAct(item.message)) this.#send(item);
  }

  /** Acknowledges a revision; a newer one that was typed meanwhile stays. */
  #saved(key: string, revision: number): void {
    const message = this.#items.peek().get(key)?.message;
    if (message && "revision" in message && message.revision <= revision) void this.#drop(key);
  }

  /** The consultation is closed. Texts stay until they are acknowledged or refused; the closing message is done, and so is a withdrawal that ended it. */
  #over(consultation: ConsultationId, isWithdrawn: boolean): void {
    this.#acknowledge(`close ${consultation}`);
    this.#acknowledge(`request ${consultation}`);
    if (isWithdrawn) this.#acknowledge(`cancel ${consultation}`);
  }

  /** Refusals come in the order of sending, so the oldest message of the type is meant. */
  #refused({ of, code }: Refused): void {
    const item = [...this.#items.peek().values()].find(
      ({ state, message }) => state === "sent" && message.type === of,
    );
    if (!item) return;
    if (TRANSIENT.has(code)) {
      this.#set({ ...item, state: "stored" });
      this.#clock.after(RETRY_MS, () => this.#retry(item.key));
    } else {
      this.#set({ ...item, state: "refused", refusal: code });
      this.#sendActs();
    }
  }

  #retry(key: string): void {
    const item = this.#items.peek().get(key);
    if (item?.state === "stored") this.#send(item);
  }

  #nextOrder(): number {
    const all = [...this.#items.peek().values(), ...this.#writing.values()];
    return Math.max(0, ...all.map(({ order }) => order)) + 1;
  }

  #set(item: OutboxItem): void {
    this.#items.value = new Map(this.#items.peek()).set(item.key, item);
  }

  #remove(key: string): void {
    const items = new Map(this.#items.peek());
    items.delete(key);
    this.#items.value = items;
  }
}

/** An act in a deferred case; its page names it, so that it is one act however often it is sent. A case is withdrawn once, so that its name is the act's. */
type Act = Extract<OutboxMessage, { type: "write_chat" | "examine" | "tell_outcome" | "cancel" }>;
const ACTS: ReadonlySet<string> = new Set<Act["type"]>(["write_chat", "examine", "tell_outcome", "cancel"]);
const isAct = (message: OutboxMessage): message is Act => ACTS.has(message.type);

/** One key for each request, note, closing and withdrawal of a consultation, for each piece of advice, and for each other act in a case. */
function keyOf(message: OutboxMessage): string {
  if (message.type === "request") return `request ${message.request}`;
  if (message.type === "advise") return `advise ${message.consultation} ${message.revision}`;
  if (message.type === "write_chat") return `write_chat ${message.chat}`;
  if (message.type === "examine" || message.type === "tell_outcome") return `${message.type} ${message.act}`;
  return `${message.type} ${message.consultation}`;
}

/** Refusals that pass: the server could not just now, and the message is in order. */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
  "storage",
  "queue_full",
  "too_fast",
  "draining",
  "internal",
]);
const RETRY_MS = 3000;
const LOAD_TRIES = 20;
