/**
 * Reassembles one member's slow pictures from their pieces and puts them in order, and says what to ask for when
 * some are lost. A picture is decoded on top of the one before it and is worth nothing without that one, so a lost
 * piece is asked for up to four times, and a new start if that does not help. Pure.
 */

import { ahead, type Codec, type Piece } from "./format.ts";

/** A picture that is complete and next in order. */
export interface Assembled {
  key: boolean;
  codec: Codec;
  frame: number;
  tick: number;
  data: Uint8Array<ArrayBuffer>;
}

/** A request to the sender: begin anew, or send the missing pieces of a picture again. */
export type RepairRequest = { is: "start" } | { is: "again"; frame: number; missing: number };

/** A picture of which some pieces are here. */
interface Part {
  key: boolean;
  codec: Codec;
  tick: number;
  pieces: (Uint8Array | undefined)[];
  missing: number;
  /** The time of the last piece. */
  at: number;
}

/** A picture that was asked for: how often, and when it may be asked for again. */
interface Gap {
  asked: number;
  at: number;
}

/** The reassembly of the pictures of one sender. */
export class Reassembler {
  readonly #parts = new Map<number, Part>();
  readonly #gaps = new Map<number, Gap>();
  /** The number of the picture that is to be drawn next. */
  #next: number | null = null;
  #newest: number | null = null;
  #broken = true;
  #startAt = 0;
  /** Pictures that were never drawn. */
  lost = 0;
  /** Pieces that contradict others of their picture. */
  bad = 0;

  /** Adds a piece, and returns the pictures that can be drawn now, in order. */
  add(piece: Piece, now: number): Assembled[] {
    const { frame } = piece;
    if (this.#next !== null) {
      const distance = ahead(frame, this.#next);
      if (distance < -WINDOW || distance >= WINDOW) {
        // The sender's page was loaded again, or we were away for long.
        this.#forget();
        this.#next = piece.key ? null : this.#next;
        if (!piece.key) return [];
      } else if (distance < 0) return [];
    }
    if (!this.#keep(piece, now)) return [];
    if (this.#newest === null || ahead(frame, this.#newest) > 0) this.#newest = frame;
    return this.#drain();
  }

  /** Only a new start helps, because a picture could not be decoded. */
  restart(): void {
    this.#broken = true;
  }

  /** The requests that are due now, each rarely enough that an answer could have come. */
  requests(now: number, rtt_ms: number): RepairRequest[] {
    if (!this.#broken) return this.#requestsForGaps(now, rtt_ms);
    const key = [...this.#parts].find(([, part]) => part.key && part.missing > 0);
    if (key && now - key[1].at < COMING_MS) return [];
    const again = key ? this.#ask(key[0], now, rtt_ms) : null;
    if (again) return [again];
    if (now < this.#startAt) return [];
    this.#startAt = now + Math.max(START_MS, 1.5 * rtt_ms);
    return [{ is: "start" }];
  }

  #keep({ frame, key, codec, tick, piece, pieces, data }: Piece, now: number): boolean {
    let part = this.#parts.get(frame);
    if (!part) {
      if (this.#parts.size >= WINDOW) this.#parts.delete(this.#parts.keys().next().value!);
      part = { key, codec, tick, pieces: new Array<undefined>(pieces).fill(undefined), missing: pieces, at: now };
      this.#parts.set(frame, part);
    }
    if (part.pieces.length !== pieces || part.key !== key || part.codec !== codec) {
      this.bad++;
      return false;
    }
    if (part.pieces[piece]) return false;
    part.pieces[piece] = data;
    part.missing--;
    part.at = now;
    return true;
  }

  #drain(): Assembled[] {
    const ready: Assembled[] = [];
    const start = [...this.#parts].filter(([frame, part]) => part.key && !part.missing && this.#isAhead(frame));
    for (const [frame] of start.slice(-1)) this.#jump(frame);
    while (!this.#broken && this.#next !== null) {
      const part = this.#parts.get(this.#next);
      if (!part || part.missing) break;
      ready.push({ key: part.key, codec: part.codec, frame: this.#next, tick: part.tick, data: joined(part) });
      this.#parts.delete(this.#next);
      this.#gaps.delete(this.#next);
      this.#next = (this.#next + 1) & 0xffff;
    }
    return ready;
  }

  #isAhead(frame: number): boolean {
    return this.#next === null || ahead(frame, this.#next) >= 0;
  }

  /** A key picture is complete, so everything before it is dropped. */
  #jump(frame: number): void {
    if (this.#next !== null) this.lost += Math.max(0, ahead(frame, this.#next));
    this.#next = frame;
    this.#broken = false;
    for (const old of this.#parts.keys()) if (ahead(old, frame) < 0) this.#parts.delete(old);
    for (const old of this.#gaps.keys()) if (ahead(old, frame) < 0) this.#gaps.delete(old);
  }

  #forget(): void {
    this.#parts.clear();
    this.#gaps.clear();
    this.#newest = null;
    this.#broken = true;
  }

  #requestsForGaps(now: number, rtt_ms: number): RepairRequest[] {
    if (this.#next === null || this.#newest === null) return [];
    const requests: RepairRequest[] = [];
    if (ahead(this.#newest, this.#next) > HOPELESS) {
      this.#broken = true;
      return this.requests(now, rtt_ms);
    }
    for (let distance = 0; distance <= ahead(this.#newest, this.#next); distance++) {
      const frame = (this.#next + distance) & 0xffff;
      if (!this.#isGap(frame, now)) continue;
      const request = this.#ask(frame, now, rtt_ms);
      if (request) requests.push(request);
      if (this.#broken) return this.requests(now, rtt_ms);
    }
    return requests;
  }

  #isGap(frame: number, now: number): boolean {
    const part = this.#parts.get(frame);
    if (part && !part.missing) return false;
    if (frame !== this.#newest) return true;
    return part !== undefined && now - part.at > STALLED_MS;
  }

  /** A request for a picture; null if it is too early, or no longer worth asking. */
  #ask(frame: number, now: number, rtt_ms: number): RepairRequest | null {
    const gap = this.#gaps.get(frame) ?? { asked: 0, at: now + REORDER_MS };
    this.#gaps.set(frame, gap);
    if (now < gap.at) return null;
    if (gap.asked >= ASK_TIMES) {
      this.#broken = true;
      return null;
    }
    gap.asked++;
    gap.at = now + ASK_AGAIN_MS + rtt_ms;
    return { is: "again", frame, missing: this.#missing(frame) };
  }

  /** The bit mask of missing pieces; a picture of which nothing came may have any number of them. */
  #missing(frame: number): number {
    const part = this.#parts.get(frame);
    if (!part) return 0xffff;
    return part.pieces.reduce((mask, piece, i) => (piece ? mask : mask | (1 << i)), 0);
  }
}

function joined({ pieces }: Part): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece!.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece!, at);
    at += piece!.length;
  }
  return whole;
}

/** Clocks drift, so the shortest delay may grow by a tick after this many ticks, 16 s. */
const DRIFT_TICKS = 2000;

/**
 * Estimates how much longer than the shortest delay so far a picture was under way; the two clocks need not agree.
 */
export class DelayEstimate {
  #least: number | null = null;
  #driftAt = 0;

  /** The extra delay of a picture that is shown now, in ticks of the wire. */
  of(tick: number, nowTick: number): number {
    const transit = (nowTick - tick) & 0xffff;
    const over = this.#least === null ? 0 : ahead(transit, this.#least);
    if (this.#least === null || over < 0) {
      this.#least = transit;
      this.#driftAt = nowTick;
    } else if (nowTick - this.#driftAt > DRIFT_TICKS) {
      this.#least = (this.#least + 1) & 0xffff;
      this.#driftAt = nowTick;
    }
    return Math.max(0, over);
  }
}

/** The most pictures that are held, six seconds at five a second. */
const WINDOW = 32;
/** Packets overtake one another by less than this. */
const REORDER_MS = 60;
/** Nothing follows the last piece of a picture that would show its loss, so it is asked for after this time. */
const STALLED_MS = 700;
/** The times that a piece is asked for. */
const ASK_TIMES = 4;
/** Added to the round trip, because a repair waits behind the message before it. */
const ASK_AGAIN_MS = 120;
/**
 * A new start costs about as much as ten pictures, and takes longer to come than they take to be repaired. With more
 * missing it is asked for at once.
 */
const HOPELESS = 12;
/** The least time between two requests for a new start. */
const START_MS = 2000;
/** No other start is asked for while the pieces of one come in at least this often. */
const COMING_MS = 1500;
