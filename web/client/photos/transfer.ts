/**
 * Uploads or downloads a photo or an attachment over HTTP in paced pieces behind the voice. Each piece is repeated until it is
 * answered. An upload has several pieces under way, because over a satellite an answer takes longer than a piece.
 * The server stores each piece on its disk, so an outage or a reload costs at most those under way.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { AnnounceAttachment, AnnouncePhoto, PhotoHeld } from "../../protocol/api.ts";
import type { ConsultationId, PhotoFile, PhotoId } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { base64, hash, type PreparedPhoto } from "./prepare.ts";
import { duration_ms, type Pace, widened } from "./pace.ts";

/** The surroundings of a transfer. */
export interface TransferPorts {
  clock: Clock;
  fetch(path: string, request: RequestInit): Promise<Response>;
  /** The pace that is permitted now. */
  pace(): Pace;
  /** Resolves when a request may leave, also one that is repeated; without it, at once. */
  turn?: () => Promise<void>;
}

/** A fault that trying again cannot mend; its text is `error.<code>`. */
export class TransferError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The pause before a request is repeated; it doubles each time, up to `most`. */
const RETRY_MS = { first: 500, most: 8_000 };
/**
 * The server confirms the photo a moment after its last byte; if it does not, it was restarted in between and is
 * asked again.
 */
const CONFIRM_MS = { first: 1_000, most: 16_000 };
/** The timeout of a request; at the slowest pace a piece and its answer take two seconds. */
const TIMEOUT_MS = 15_000;

/** The most unanswered pieces: enough for a round trip of 600 ms, and one loss that TCP repairs in 1.5 s. */
const UNANSWERED = 5;

/** The path of a photo in the HTTP interface. */
export const photoPath = (consultation: ConsultationId, photo: PhotoId): string =>
  `/api/consultations/${consultation}/photos/${photo}`;

/** The upload or download of one file. */
export class PhotoTransfer {
  readonly #ports: TransferPorts;
  readonly #path: string;
  readonly #done = signal(0);
  readonly #stuck = signal(false);
  #stored = false;
  readonly #stopped = new AbortController();
  /** Functions that break off the current requests and waits. */
  readonly #interrupts = new Set<() => void>();
  /** The server does not hold what we assumed. */
  #outOfStep = false;

  /** The bytes that have arrived for good. */
  readonly done: ReadonlySignal<number> = this.#done;
  /** True if the last try failed; it is repeated automatically. */
  readonly stuck: ReadonlySignal<boolean> = this.#stuck;

  constructor(ports: TransferPorts, path: string) {
    this.#ports = ports;
    this.#path = path;
  }

  /** Gives the transfer up; what is under way rejects with the code `stopped`. */
  stop(): void {
    this.#stopped.abort();
    this.#interruptAll();
  }

  /** The link is back, so what waits is tried at once. */
  retryNow(): void {
    if (this.#stuck.peek()) this.#interruptAll();
  }

  #interruptAll(): void {
    for (const interrupt of [...this.#interrupts]) interrupt();
  }

  /** Uploads a photo; resolves when it is part of the consultation. Throws TransferError. */
  send({ kind, bytes, sha256, thumbnail }: PreparedPhoto): Promise<void> {
    return this.upload(bytes, { kind, bytes: bytes.length, sha256, thumbnail: base64(thumbnail) });
  }

  /** Uploads a file that is announced so; resolves when it is part of the consultation. Throws TransferError. */
  async upload(bytes: Uint8Array, announcement: AnnouncePhoto | AnnounceAttachment): Promise<void> {
    const body = JSON.stringify(announcement);
    const announce = async () => {
      const headers = { "content-type": "application/json" };
      await this.#note(await this.#ask("", { method: "POST", headers, body }));
    };
    const put = async (offset: number, piece: Uint8Array) => {
      const answer = await this.#ask(`?offset=${offset}`, { method: "PUT", body: piece as BodyInit });
      if (answer.status === 409) this.#outOfStep = true;
      else await this.#note(answer, this.#done.value);
    };
    await announce();
    for (let wait_ms = CONFIRM_MS.first; ; wait_ms = Math.min(2 * wait_ms, CONFIRM_MS.most)) {
      await this.#sendPieces(bytes, put, announce);
      if (this.#stored) return;
      await this.#wait(wait_ms);
      await put(bytes.length, bytes.subarray(bytes.length));
      if (this.#stored) return;
    }
  }

  async #sendPieces(bytes: Uint8Array, put: Put, announce: () => Promise<void>): Promise<void> {
    while (this.#done.value < bytes.length) {
      this.#outOfStep = false;
      await this.#sendFrom(this.#done.value, bytes, put);
      // The server has dropped pieces meanwhile, so the upload continues from what it holds.
      if (this.#outOfStep) await announce();
    }
  }

  /** Sends one piece after the other, until all are answered or one fails for good. */
  async #sendFrom(first: number, bytes: Uint8Array, put: Put): Promise<void> {
    const faults: unknown[] = [];
    const unanswered: Promise<unknown>[] = [];
    for (let offset = first; offset < bytes.length && !this.#outOfStep && !faults.length; ) {
      await this.#ports.turn?.();
      const pace = this.#ports.pace();
      const piece = bytes.slice(offset, offset + pace.piece);
      const next = this.#wait(duration_ms(pace, piece.length));
      unanswered.push(put(offset, piece).catch((fault: unknown) => faults.push(fault)));
      offset += piece.length;
      if (unanswered.length >= (pace.unanswered ?? UNANSWERED)) await unanswered.shift();
      await next;
    }
    await Promise.all(unanswered);
    if (faults.length) throw faults[0];
  }

  /** Takes an answer; answers may overtake each other. */
  async #note(answer: Response, least = 0): Promise<void> {
    const { held, stored } = (await answer.json()) as PhotoHeld;
    this.#done.value = Math.max(held, least);
    this.#stored ||= stored;
  }

  /** Downloads the thumbnail. Throws TransferError. */
  async fetchThumbnail(): Promise<Uint8Array> {
    return content(await this.#ask("/thumbnail", {}));
  }

  /** Downloads a file, and checks its hash. Throws TransferError. */
  async fetch({ bytes, sha256 }: Pick<PhotoFile, "bytes" | "sha256">): Promise<Uint8Array> {
    for (const _ of [1, 2]) {
      const all = await this.#pieces(bytes);
      if ((await hash(all)) === sha256) return all;
      this.#done.value = 0;
    }
    throw new TransferError("photo_damaged");
  }

  async #pieces(length: number): Promise<Uint8Array> {
    const all = new Uint8Array(length);
    let seen_bps = 0;
    while (this.#done.value < length) {
      const offset = this.#done.value;
      const pace = widened(this.#ports.pace(), seen_bps);
      const began = this.#ports.clock.now();
      const asked = Math.min(pace.piece, length - offset);
      const piece = await content(await this.#ask(`?offset=${offset}&length=${asked}`, {}));
      if (piece.length !== asked) throw new TransferError("photo_damaged");
      const took_ms = this.#ports.clock.now() - began;
      seen_bps = (asked * 8000) / Math.max(1, took_ms);
      all.set(piece, offset);
      this.#done.value = offset + piece.length;
      const rest_ms = duration_ms(widened(this.#ports.pace(), seen_bps), asked) - took_ms;
      if (this.#done.value < length && rest_ms > 0) await this.#wait(rest_ms);
    }
    return all;
  }

  /** Repeats a request until there is an answer that trying again would not change. */
  async #ask(query: string, request: RequestInit): Promise<Response> {
    for (let wait_ms = RETRY_MS.first; ; wait_ms = Math.min(2 * wait_ms, RETRY_MS.most)) {
      await this.#ports.turn?.();
      const answer = this.#stopped.signal.aborted ? null : await this.#try(query, request);
      if (this.#stopped.signal.aborted) throw new TransferError("stopped");
      this.#stuck.value = answer === null;
      if (answer && (answer.ok || answer.status === 409)) return answer;
      if (answer) throw new TransferError((await answer.json().catch(() => ({}))).code ?? "internal");
      await this.#wait(wait_ms);
    }
  }

  /** One request; null if nobody has answered, or the server could not just now. */
  async #try(query: string, request: RequestInit): Promise<Response | null> {
    const broken = new AbortController();
    const interrupt = () => broken.abort();
    this.#interrupts.add(interrupt);
    const cancel = this.#ports.clock.after(TIMEOUT_MS, () => broken.abort());
    // The user is told if it takes longer than a moment.
    const slow = this.#ports.clock.after(TIMEOUT_MS / 5, () => (this.#stuck.value = true));
    try {
      const asked = { ...request, cache: "no-store" as const, signal: broken.signal };
      const answer = await this.#ports.fetch(this.#path + query, asked);
      // The body may stall as well as the answer, so it is read within the same timeout.
      const body = await answer.arrayBuffer();
      return TRANSIENT.has(answer.status) ? null : new Response(body, answer);
    } catch {
      return null;
    } finally {
      this.#interrupts.delete(interrupt);
      cancel();
      slow();
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((done) => {
      const over = () => {
        this.#interrupts.delete(over);
        cancel();
        done();
      };
      const cancel = this.#ports.clock.after(ms, over);
      this.#interrupts.add(over);
    });
  }
}

type Put = (offset: number, piece: Uint8Array) => Promise<void>;

/**
 * Statuses that pass: signed out for a moment, too many requests, a server error, or a proxy that finds no server.
 */
const TRANSIENT: ReadonlySet<number> = new Set([401, 429, 500, 502, 503, 504]);

const content = async (answer: Response): Promise<Uint8Array> => new Uint8Array(await answer.arrayBuffer());
