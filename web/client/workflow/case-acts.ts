/**
 * What people do with a deferred case while they are connected; what a post writes goes through the outbox. Each function sends one message and resolves when the server has answered that it is
 * durable; it rejects with an `ApiError`, whose code is the server's, or `offline` if no answer came. It keeps no text:
 * a screen keeps what was typed until the function has resolved.
 */

import { effect } from "@preact/signals-core";
import type {
  Addressee,
  ClientMessage,
  ConsultationId,
  Disposition,
  ErrorCode,
  Outcome,
  PartyId,
  ServerMessage,
} from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "../signalling/connection.ts";
import { ApiError } from "../signalling/session.ts";

/** The acts on the cases of one page. */
export class CaseActs {
  readonly #connection: Connection;
  readonly #clock: Clock;
  /** The last act of each type. A refusal names only the type, so the acts of one type follow each other. */
  readonly #last = new Map<string, Promise<void>>();

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Makes a waiting request or a call a case, or gives a case to another addressee. */
  defer(consultation: ConsultationId, to?: Addressee): Promise<void> {
    // A request or a call that has become a case is closed in the page.
    return this.#say({ type: "defer", consultation, ...(to && { to }) }, ofEnd(consultation));
  }

  /** Takes a case (with one's own party), or gives it to somebody. */
  assign(consultation: ConsultationId, to: PartyId): Promise<void> {
    return this.#say({ type: "assign_case", consultation, to });
  }

  /** Tells that the specialist has opened the case, or the post the answer. */
  read(consultation: ConsultationId): Promise<void> {
    return this.#say({ type: "read_case", consultation });
  }

  /** Asks a colleague, who may then read and write. */
  askOpinion(consultation: ConsultationId, party: PartyId): Promise<void> {
    return this.#say({ type: "ask_opinion", consultation, party });
  }

  /** The specialist calls the post; `consultation.current` has the call. */
  call(consultation: ConsultationId): Promise<void> {
    return this.#say({ type: "call_case", consultation }, ofCall(consultation));
  }

  /** The post calls: the case rings like a request. */
  ring(consultation: ConsultationId): Promise<void> {
    const rings = (answer: ServerMessage) => answer.type === "requested" && answer.request.request === consultation;
    return this.#say({ type: "ring_again", consultation }, rings);
  }

  /** Tells what became of the patient. */
  tellOutcome(consultation: ConsultationId, outcome: Outcome, text = ""): Promise<void> {
    return this.#say({ type: "tell_outcome", consultation, outcome, text });
  }

  /** Writes to the others; with `asks`, a question of the specialist to the post. The same `chat` again is no second message. */
  write(consultation: ConsultationId, text: string, asks = false, chat: string = crypto.randomUUID()): Promise<void> {
    const written = (answer: ServerMessage) =>
      answer.type === "chat" && !!answer.messages?.some((message) => message.chat === chat);
    return this.#say({ type: "write_chat", consultation, chat, text, ...(asks && { asks }) }, written);
  }

  /** Tells up to which number this page has received and read the messages; nothing answers that. */
  seen(consultation: ConsultationId, read: number): void {
    this.#connection.send({ type: "see_chat", consultation, received: read, read });
  }

  /** Signs the answer, or a correction of the revision `replaces`. */
  advise(consultation: ConsultationId, revision: number, text: string, replaces?: number): Promise<void> {
    const signed = (answer: ServerMessage) =>
      answer.type === "saved" && answer.consultation === consultation && answer.what === "advice" && answer.revision >= revision;
    return this.#say({ type: "advise", consultation, revision, text, ...(replaces !== undefined && { replaces }) }, signed);
  }

  /** Closes the case; with `followUpH`, the post is asked after so many hours what became of the patient. */
  close(consultation: ConsultationId, disposition: Disposition, followUpH?: number): Promise<void> {
    const message = { type: "close" as const, consultation, disposition };
    return this.#say({ ...message, ...(followUpH && { follow_up_h: followUpH }) }, ofEnd(consultation));
  }

  /** Sends a message after the one of its type before it, and waits for the answer that `means` that it is durable. */
  #say(message: CaseMessage, means: (answer: ServerMessage) => boolean = () => false): Promise<void> {
    const before = this.#last.get(message.type) ?? Promise.resolve();
    const said = before.catch(() => undefined).then(() => this.#tryTo(message, means, TRIES));
    this.#last.set(message.type, said);
    return said;
  }

  async #tryTo(message: CaseMessage, means: (answer: ServerMessage) => boolean, tries: number): Promise<void> {
    const code = await this.#ask(message, means);
    if (!code) return;
    if (!PASSING.has(code) || tries <= 1) throw new ApiError(code);
    await new Promise<void>((resolve) => this.#clock.after(AGAIN_MS, resolve));
    return this.#tryTo(message, means, tries - 1);
  }

  /** Resolves with the code of a refusal, or null. */
  #ask(message: CaseMessage, means: (answer: ServerMessage) => boolean): Promise<ErrorCode | "offline" | null> {
    return new Promise((resolve) => {
      const { type: of, consultation } = message;
      const stops: (() => void)[] = [];
      const end = (code: ErrorCode | "offline" | null) => {
        for (const stop of stops.splice(0)) stop();
        resolve(code);
      };
      const answers = (answer: ServerMessage) => means(answer) && end(null);
      for (const type of ANSWERS) stops.push(this.#connection.on(type, answers));
      stops.push(this.#connection.on("recorded", (answer) => {
        if (answer.of === of && answer.consultation === consultation) end(null);
      }));
      stops.push(this.#connection.on("error", (refusal) => refusal.of === of && end(refusal.code)));
      stops.push(this.#clock.after(ANSWER_MS, () => end("offline")));
      if (!this.#connection.send(message)) return end("offline");
      stops.push(effect(() => void (this.#connection.state.value.at !== "ready" && end("offline"))));
    });
  }
}

type CaseMessage = Extract<ClientMessage, { consultation: ConsultationId }>;

const ofCall = (id: ConsultationId) => (answer: ServerMessage) => answer.type === "call" && answer.consultation === id;
const ofEnd = (id: ConsultationId) => (answer: ServerMessage) => answer.type === "closed" && answer.consultation === id;

/** The messages that answer an act, besides `recorded` and `error`. */
const ANSWERS = ["saved", "chat", "closed", "call", "requested"] as const;
/** Refusals that pass: another step of the same case is not durable yet, or the server could not just now. */
const PASSING: ReadonlySet<string> = new Set<ErrorCode>(["storage", "too_fast", "internal"]);
const TRIES = 3;
const AGAIN_MS = 1500;
/** An answer that takes longer is none: the link is dead, or the server is. */
const ANSWER_MS = 15_000;
