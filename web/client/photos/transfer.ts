//! Carries a photo in pieces behind a voice, up or down: each paced, each said again until it is answered. Up, some are
//! under way at a time, for over a satellite an answer takes longer than a piece. What the server holds is on its disk, so
//! an outage or a reload costs those at most.

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { PhotoHeld } from "../../protocol/api.ts";
import type { ConsultationId, PhotoFile, PhotoId } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { base64, hash, type Packed } from "./prepare.ts";
import { lasts_ms, type Pace, widened } from "./pace.ts";

export interface CourierPorts {
  clock: Clock;
  fetch(path: string, request: RequestInit): Promise<Response>;
  pace(): Pace;
}

/** What cannot be mended by trying again; its text is `error.<code>`. */
export class Undeliverable extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Said again after this, and twice as long each time, up to the second. */
const AGAIN_MS = { first: 500, most: 8_000 };
/** The fact follows the last byte within a moment; else the server was stopped in between, and is told again. */
const CONFIRM_MS = { first: 1_000, most: 16_000 };
/** On a trickle a piece and its answer take two seconds; after this nobody will answer. */
const PATIENCE_MS = 15_000;

/** Pieces that may wait for their answer: a round trip of 600 ms, and one loss that TCP repairs in 1.5 s. */
const UNDER_WAY = 5;

export const photoPath = (consultation: ConsultationId, photo: PhotoId): string =>
  `/api/consultations/${consultation}/photos/${photo}`;

export class Courier {
  readonly #ports: CourierPorts;
  readonly #path: string;
  readonly #done = signal(0);
  readonly #stuck = signal(false);
  #stored = false;
  readonly #stopped = new AbortController();
  /** Break off the requests and the waits of now. */
  readonly #nudges = new Set<() => void>();
  /** The server has not what we thought it has. */
  #astray = false;

  /** Bytes that have arrived for good. */
  readonly done: ReadonlySignal<number> = this.#done;
  /** The last try failed; it is tried again by itself. */
  readonly stuck: ReadonlySignal<boolean> = this.#stuck;

  constructor(ports: CourierPorts, path: string) {
    this.#ports = ports;
    this.#path = path;
  }

  stop(): void {
    this.#stopped.abort();
    this.#nudgeAll();
  }

  /** The link is back, or another one: what waits is tried at once. */
  nudge(): void {
    if (this.#stuck.peek()) this.#nudgeAll();
  }

  #nudgeAll(): void {
    for (const nudge of [...this.#nudges]) nudge();
  }

  /** Resolves when all of it is part of the consultation. */
  async send(photo: Packed): Promise<void> {
    const { kind, bytes, sha256, thumbnail } = photo;
    const body = JSON.stringify({ kind, bytes: bytes.length, sha256, thumbnail: base64(thumbnail) });
    const announce = async () => {
      const headers = { "content-type": "application/json" };
      await this.#note(await this.#ask("", { method: "POST", headers, body }));
    };
    const put = async (offset: number, piece: Uint8Array) => {
      const answer = await this.#ask(`?offset=${offset}`, { method: "PUT", body: piece as BodyInit });
      if (answer.status === 409) this.#astray = true;
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
      this.#astray = false;
      await this.#sendFrom(this.#done.value, bytes, put);
      // Somebody has tidied up meanwhile, or never had it: it is begun again from what is there.
      if (this.#astray) await announce();
    }
  }

  /** One piece after the other, until all are answered or one cannot be. */
  async #sendFrom(first: number, bytes: Uint8Array, put: Put): Promise<void> {
    const faults: unknown[] = [];
    const underWay: Promise<unknown>[] = [];
    for (let offset = first; offset < bytes.length && !this.#astray && !faults.length; ) {
      const pace = this.#ports.pace();
      const piece = bytes.slice(offset, offset + pace.piece);
      const next = this.#wait(lasts_ms(pace, piece.length));
      underWay.push(put(offset, piece).catch((fault: unknown) => faults.push(fault)));
      offset += piece.length;
      if (underWay.length >= UNDER_WAY) await underWay.shift();
      await next;
    }
    await Promise.all(underWay);
    if (faults.length) throw faults[0];
  }

  /** Answers may overtake each other. */
  async #note(answer: Response, least = 0): Promise<void> {
    const { held, stored } = (await answer.json()) as PhotoHeld;
    this.#done.value = Math.max(held, least);
    this.#stored ||= stored;
  }

  async fetchThumbnail(): Promise<Uint8Array> {
    return content(await this.#ask("/thumbnail", {}));
  }

  /** Resolves with all of it, when its hash is right. */
  async fetch({ bytes, sha256 }: PhotoFile): Promise<Uint8Array> {
    for (const _ of [1, 2]) {
      const all = await this.#pieces(bytes);
      if ((await hash(all)) === sha256) return all;
      this.#done.value = 0;
    }
    throw new Undeliverable("photo_damaged");
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
      if (piece.length !== asked) throw new Undeliverable("photo_damaged");
      const took_ms = this.#ports.clock.now() - began;
      seen_bps = (asked * 8000) / Math.max(1, took_ms);
      all.set(piece, offset);
      this.#done.value = offset + piece.length;
      const rest_ms = lasts_ms(widened(this.#ports.pace(), seen_bps), asked) - took_ms;
      if (this.#done.value < length && rest_ms > 0) await this.#wait(rest_ms);
    }
    return all;
  }

  /** Asks until there is an answer that trying again would not change. */
  async #ask(what: string, request: RequestInit): Promise<Response> {
    for (let wait_ms = AGAIN_MS.first; ; wait_ms = Math.min(2 * wait_ms, AGAIN_MS.most)) {
      const answer = this.#stopped.signal.aborted ? null : await this.#try(what, request);
      if (this.#stopped.signal.aborted) throw new Undeliverable("stopped");
      this.#stuck.value = answer === null;
      if (answer && (answer.ok || answer.status === 409)) return answer;
      if (answer) throw new Undeliverable((await answer.json().catch(() => ({}))).code ?? "internal");
      await this.#wait(wait_ms);
    }
  }

  /** Null: nobody has answered, or could not just now. */
  async #try(what: string, request: RequestInit): Promise<Response | null> {
    const broken = new AbortController();
    const nudge = () => broken.abort();
    this.#nudges.add(nudge);
    const cancel = this.#ports.clock.after(PATIENCE_MS, () => broken.abort());
    // Waiting for longer than a moment is told.
    const worry = this.#ports.clock.after(PATIENCE_MS / 5, () => (this.#stuck.value = true));
    try {
      const asked = { ...request, cache: "no-store" as const, signal: broken.signal };
      const answer = await this.#ports.fetch(this.#path + what, asked);
      // The body may stand still as well as the answer: it is read within the same patience.
      const body = await answer.arrayBuffer();
      return TRANSIENT.has(answer.status) ? null : new Response(body, answer);
    } catch {
      return null;
    } finally {
      this.#nudges.delete(nudge);
      cancel();
      worry();
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((done) => {
      const over = () => {
        this.#nudges.delete(over);
        cancel();
        done();
      };
      const cancel = this.#ports.clock.after(ms, over);
      this.#nudges.add(over);
    });
  }
}

type Put = (offset: number, piece: Uint8Array) => Promise<void>;

/** Signed out for a moment, too much at once, our fault, stopping, or a proxy that finds nobody. */
const TRANSIENT: ReadonlySet<number> = new Set([401, 429, 500, 502, 503, 504]);

const content = async (answer: Response): Promise<Uint8Array> => new Uint8Array(await answer.arrayBuffer());
