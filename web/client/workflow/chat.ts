/**
 * The chat of the running consultation: what its members write to each other, what of ours is not sent yet, and how far
 * everybody has read. A page creates it when it first needs it; it never touches the screen.
 */

import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import {
  type ChatId,
  type ChatMark,
  type ChatMessage,
  type ChatNews,
  type ConsultationId,
  type ErrorCode,
  type Refused,
  TEXT_LIMITS,
} from "../../protocol/messages.ts";
import type { Drafts } from "../offline/drafts.ts";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "../signalling/connection.ts";

/** A message as a screen shows it. */
export interface ChatLine {
  /** The same for a message before and after it is stored. */
  key: string;
  mine: boolean;
  by: string;
  /** The server's time, in ms since 1970; null before it is stored. */
  at: number | null;
  text: string;
  /** How far one of ours has come; null for a message of somebody else. */
  mark: ChatLineMark | null;
}

/**
 * `kept`: on this device, sent as soon as the link is there · `sending`: without an answer yet · `sent`: stored by the
 * server · `received` and `read`: by those who are named · `refused`: never sent again by itself.
 */
export type ChatLineMark =
  | { at: "kept" | "sending" | "sent" }
  | { at: "received" | "read"; by: string[] }
  | { at: "refused"; code: ErrorCode };

/** A text that the server has not stored. */
interface Unsent {
  chat: ChatId;
  text: string;
  refusal: ErrorCode | null;
}

/** The draft as it is stored; the names of its fields must stay, because drafts outlive a version of the page. */
interface Kept {
  text: string;
  unsent: Unsent[];
}

/** What `problemOf` finds. */
export type ChatProblem = { code: "too_large"; surplus: number } | { code: "malformed" };

/** What the chat needs of its page. */
export interface ChatPorts {
  connection: Connection;
  drafts: Drafts;
  clock: Clock;
  /** The consultation in which we are, or which has ended just now; null if there is none. */
  consultation(): { id: ConsultationId; over: boolean } | null;
}

/** The chat of one page, of one consultation after the other. */
export class Chat {
  readonly #ports: ChatPorts;
  readonly #id = signal<ConsultationId | null>(null);
  readonly #messages = signal<readonly ChatMessage[]>([]);
  readonly #marks = signal<ReadonlyMap<string, ChatMark>>(new Map());
  readonly #unsent = signal<readonly Unsent[]>([]);
  readonly #typed = signal("");
  /** The number up to which the user has read. */
  readonly #read = signal(0);
  /** The message that is on its way; one at a time, so that they stay in order and are no burst on a thin link. */
  readonly #onItsWay = signal<ChatId | null>(null);
  readonly #ended = signal(false);
  #shown = false;
  /** True while we are in a consultation that is not over. */
  #isIn = false;
  /** True once the draft of this consultation was read, before which nothing is sent. */
  #loaded = false;
  /** What the server was told last over this socket; null before the first. */
  #told: { received: number; read: number } | null = null;
  #untold = false;
  #cancelSee: (() => void) | null = null;

  /** The text in the field; it is kept on this device. */
  readonly typed: ReadonlySignal<string> = this.#typed;
  /** All messages, the oldest first; ours that are not stored yet are the last. */
  readonly lines: ReadonlySignal<ChatLine[]> = computed(() => this.#linesNow());
  /** The messages of the others that nobody has read here. */
  readonly unread: ReadonlySignal<readonly ChatMessage[]> = computed(() =>
    this.#messages.value.filter(({ chat, number }) => !chat && number > this.#read.value),
  );

  constructor(ports: ChatPorts) {
    this.#ports = ports;
    const { connection } = ports;
    connection.on("chat", (news) => this.#news(news));
    connection.on("error", (refusal) => this.#refused(refusal));
    connection.on("closed", ({ consultation }) => this.#over(consultation));
    effect(() => {
      const place = ports.consultation();
      untracked(() => this.#enter(place));
    });
    effect(() => {
      const ready = connection.state.value.at === "ready";
      const follows = ready && this.#id.value !== null && !this.#ended.value;
      untracked(() => (follows ? this.#follow() : this.#interrupt()));
    });
  }

  /** Takes the text of the field after a keystroke. */
  type(text: string): void {
    this.#typed.value = text;
    this.#keep();
  }

  /** Writes a text to the others. It is on this device before it is sent, and stays there until the server has it. */
  write(text: string): void {
    const unsent: Unsent = { chat: crypto.randomUUID(), text: text.trim().normalize(), refusal: null };
    this.#unsent.value = [...this.#unsent.value, unsent];
    this.#keep();
    this.#send();
  }

  /** Puts a refused text back into the field. */
  takeBack(key: string): void {
    const refused = this.#unsent.value.find(({ chat }) => chat === key);
    if (!refused) return;
    this.#unsent.value = this.#unsent.value.filter((one) => one !== refused);
    this.type([refused.text, this.#typed.value].filter(Boolean).join("\n"));
  }

  /** Tells whether the messages are shown on a visible page: then they are read. */
  setShown(shown: boolean): void {
    this.#shown = shown;
    this.#reads();
  }

  #enter(place: ReturnType<ChatPorts["consultation"]>): void {
    const isIn = place !== null && !place.over;
    const comes = isIn && !this.#isIn;
    this.#isIn = isIn;
    if (place && place.id !== this.#id.value) this.#begin(place.id, place.over);
    else if (comes) this.#comeBack();
  }

  /** We are again in a consultation that we had left or handed on, and have missed what was written meanwhile. */
  #comeBack(): void {
    this.#told = null;
    this.#ended.value = false;
    if (this.#ports.connection.state.value.at === "ready") this.#follow();
  }

  #begin(id: ConsultationId, over: boolean): void {
    this.#interrupt();
    this.#messages.value = [];
    this.#marks.value = new Map();
    this.#unsent.value = [];
    this.#typed.value = "";
    this.#read.value = 0;
    this.#loaded = false;
    this.#ended.value = over;
    this.#id.value = id;
    void this.#load(id);
  }

  async #load(id: ConsultationId): Promise<void> {
    const kept = await this.#ports.drafts.load<Kept>(draftOf(id));
    if (id !== this.#id.value) return;
    const fresh = this.#unsent.value;
    const known = new Set([...fresh, ...this.#messages.value].map(({ chat }) => chat));
    this.#unsent.value = [...(kept?.unsent ?? []).filter(({ chat }) => !known.has(chat)), ...fresh];
    this.#typed.value ||= kept?.text ?? "";
    this.#loaded = true;
    if (this.#ended.value) this.#over(id);
    else this.#send();
  }

  #keep(): void {
    const id = this.#id.value;
    const kept: Kept = { text: this.#typed.value, unsent: [...this.#unsent.value] };
    if (id) this.#ports.drafts.save(draftOf(id), kept);
  }

  /** The socket is new: the server is asked for what we do not have, and gets what it does not have. */
  #follow(): void {
    this.#see();
    this.#send();
  }

  #interrupt(): void {
    this.#cancelSee?.();
    this.#cancelSee = null;
    this.#told = null;
    this.#onItsWay.value = null;
  }

  #send(): void {
    const [id, next] = [this.#id.value, this.#unsent.value.find(({ refusal }) => !refusal)];
    if (!id || !next || !this.#loaded || this.#ended.value || this.#onItsWay.value) return;
    const { chat, text } = next;
    if (this.#ports.connection.send({ type: "write_chat", consultation: id, chat, text })) this.#onItsWay.value = chat;
  }

  #news({ consultation, messages = [], marks = [], read = 0 }: { type: "chat" } & ChatNews): void {
    if (consultation !== this.#id.value) return;
    for (const message of messages) this.#take(message);
    const known = new Map(this.#marks.value);
    for (const mark of marks) known.set(mark.by, mark);
    this.#marks.value = known;
    this.#read.value = Math.max(this.#read.value, read);
    this.#reads();
    if (this.#untold) this.#seeSoon();
    this.#send();
  }

  /** A message is stored. One of ours may come without its text, which we have. */
  #take(message: ChatMessage): void {
    const own = this.#unsent.value.find(({ chat }) => chat === message.chat);
    const text = message.text ?? own?.text;
    if (own) {
      this.#unsent.value = this.#unsent.value.filter((one) => one !== own);
      this.#keep();
    }
    if (this.#onItsWay.value === message.chat) this.#onItsWay.value = null;
    this.#untold ||= message.text !== undefined;
    const others = this.#messages.value.filter(({ number }) => number !== message.number);
    const known = others.length < this.#messages.value.length;
    if (known || text === undefined) return;
    this.#messages.value = [...others, { ...message, text }].sort((a, b) => a.number - b.number);
  }

  #refused({ of, code }: Refused): void {
    const chat = this.#onItsWay.value;
    if (of === "see_chat" && PASSING.has(code)) this.#seeAgain();
    if (of !== "write_chat" || !chat) return;
    this.#onItsWay.value = null;
    if (PASSING.has(code)) {
      this.#ports.clock.after(RETRY_MS, () => this.#send());
      return;
    }
    this.#unsent.value = this.#unsent.value.map((one) => (one.chat === chat ? { ...one, refusal: code } : one));
    this.#keep();
    this.#send();
  }

  /** The consultation has ended, and nothing is sent any more. What was not sent is told on the screen of the end. */
  #over(id: ConsultationId): void {
    if (id !== this.#id.value) return;
    this.#ended.value = true;
    if (this.#typed.value.trim()) this.write(this.#typed.value);
    this.#typed.value = "";
    this.#unsent.value = this.#unsent.value.map((one) => ({ ...one, refusal: one.refusal ?? "not_found" }));
    void this.#ports.drafts.clear(draftOf(id));
  }

  /** Notes what is read now, and tells it soon; several messages are told at once. */
  #reads(): void {
    if (!this.#shown || this.#read.value >= this.#received()) return;
    const isNews = this.unread.value.length > 0;
    this.#read.value = this.#received();
    if (isNews) this.#seeSoon();
  }

  #seeAgain(): void {
    this.#told = null;
    this.#ports.clock.after(RETRY_MS, () => this.#see());
  }

  #seeSoon(): void {
    this.#cancelSee ??= this.#ports.clock.after(SEE_AFTER_MS, () => this.#see());
  }

  #see(): void {
    this.#cancelSee?.();
    this.#cancelSee = null;
    const [consultation, received, read] = [this.#id.value, this.#received(), this.#read.value];
    const told = this.#told;
    if (!consultation || this.#ended.value || (told?.received === received && told.read === read)) return;
    if (!this.#ports.connection.send({ type: "see_chat", consultation, received, read: Math.min(read, received) })) return;
    this.#told = { received, read };
    this.#untold = false;
  }

  /** The number up to which we have every message. */
  #received(): number {
    const gap = this.#messages.value.findIndex(({ number }, at) => number !== at + 1);
    return gap < 0 ? this.#messages.value.length : gap;
  }

  #linesNow(): ChatLine[] {
    const stored = this.#messages.value.map(({ number, chat, by, at, text }): ChatLine => {
      const mark = chat ? markOf(number, [...this.#marks.value.values()]) : null;
      return { key: chat ?? String(number), mine: !!chat, by, at, text: text ?? "", mark };
    });
    const unsent = this.#unsent.value.map(({ chat, text, refusal }): ChatLine => {
      const at = this.#onItsWay.value === chat ? "sending" : "kept";
      return { key: chat, mine: true, by: "", at: null, text, mark: refusal ? { at: "refused", code: refusal } : { at } };
    });
    return [...stored, ...unsent];
  }
}

/** The lines of a record that is read afterwards. */
export function linesOf(messages: readonly ChatMessage[], marks: readonly ChatMark[]): ChatLine[] {
  return messages.map(({ number, chat, by, at, text }) => {
    return { key: String(number), mine: !!chat, by, at, text: text ?? "", mark: markOf(number, marks) };
  });
}

/** The reason for which a text cannot be sent; null if there is none. The server judges by the same rules. */
export function problemOf(text: string): ChatProblem | null {
  const surplus = [...text.trim().normalize()].length - TEXT_LIMITS.chat;
  if (surplus > 0) return { code: "too_large", surplus };
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? null : { code: "malformed" };
}

/** How far a message has come among those who said so: the names of those who have come farthest. */
function markOf(number: number, marks: readonly ChatMark[]): ChatLineMark {
  for (const at of ["read", "received"] as const) {
    const by = marks.filter((mark) => mark[at] >= number).map((mark) => mark.by);
    if (by.length) return { at, by };
  }
  return { at: "sent" };
}

const draftOf = (id: ConsultationId) => `chat ${id}`;

/** Refusals that pass: the server could not just now, and the message is in order. */
const PASSING: ReadonlySet<ErrorCode> = new Set(["storage", "too_fast", "draining", "internal"]);
const RETRY_MS = 3000;
/** Messages that come within this time are told as received together. */
const SEE_AFTER_MS = 400;
