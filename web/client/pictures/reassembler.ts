//! Pure: puts one sender's pictures together again and in order, and says what to ask for when some are lost. A picture is
//! drawn over the one before it: without that one it is worth nothing, so a lost piece is asked for once or twice, and a new
//! start when that does not help.

import { ahead, type Codec, type Piece } from "./format.ts";

export interface Whole {
  key: boolean;
  codec: Codec;
  frame: number;
  tick: number;
  data: Uint8Array<ArrayBuffer>;
}

export type Wish = { is: "start" } | { is: "again"; frame: number; missing: number };

/** Pictures held at most: at five a second, six seconds. */
const WINDOW = 32;
/** Packets overtake one another by less. */
const REORDER_MS = 60;
/** The last piece of a picture has no follower that would show its loss. */
const STALLED_MS = 700;
const ASK_TIMES = 2;
/** Beside the way there and back: a repair waits for its turn within the sender's budget. */
const ASK_AGAIN_MS = 400;
/** A new start costs about as much as so many pictures. */
const HOPELESS = 6;
const START_MS = 2000;
/** While a start comes in, no other is asked for. */
const COMING_MS = 1500;

interface Part {
  key: boolean;
  codec: Codec;
  tick: number;
  pieces: (Uint8Array | undefined)[];
  missing: number;
  /** When the last piece came. */
  at: number;
}

interface Gap {
  since: number;
  asked: number;
  at: number;
}

export class Chain {
  readonly #parts = new Map<number, Part>();
  readonly #gaps = new Map<number, Gap>();
  /** The picture that is to be drawn next. */
  #next: number | null = null;
  #newest: number | null = null;
  #broken = true;
  #startAt = 0;
  /** Pictures that were never drawn. */
  lost = 0;
  /** Messages that fit nowhere. */
  bad = 0;

  get broken(): boolean {
    return this.#broken;
  }

  /** A piece came: whatever can be drawn now, in order. */
  take(piece: Piece, now: number): Whole[] {
    const { frame } = piece;
    if (this.#next !== null) {
      const distance = ahead(frame, this.#next);
      if (distance < -WINDOW || distance >= WINDOW) {
        // The sender is another page, or we were away for long.
        this.#forget();
        this.#next = piece.key ? null : this.#next;
        if (!piece.key) return [];
      } else if (distance < 0) return [];
    }
    if (!this.#keep(piece, now)) return [];
    if (this.#newest === null || ahead(frame, this.#newest) > 0) this.#newest = frame;
    return this.#drain();
  }

  /** What could not be decoded, or what is shown is no longer wanted: only a new start helps. */
  fail(): void {
    this.#broken = true;
  }

  /** What to ask for now. Each is asked for rarely enough that an answer could have come. */
  wishes(now: number, rtt_ms: number): Wish[] {
    if (!this.#broken) return this.#wishesForGaps(now, rtt_ms);
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

  #drain(): Whole[] {
    const whole: Whole[] = [];
    const start = [...this.#parts].filter(([frame, part]) => part.key && !part.missing && this.#isAhead(frame));
    for (const [frame] of start.slice(-1)) this.#jump(frame);
    while (!this.#broken && this.#next !== null) {
      const part = this.#parts.get(this.#next);
      if (!part || part.missing) break;
      whole.push({ key: part.key, codec: part.codec, frame: this.#next, tick: part.tick, data: joined(part) });
      this.#parts.delete(this.#next);
      this.#gaps.delete(this.#next);
      this.#next = (this.#next + 1) & 0xffff;
    }
    return whole;
  }

  #isAhead(frame: number): boolean {
    return this.#next === null || ahead(frame, this.#next) >= 0;
  }

  /** A picture that needs no other is whole: what came before it is past. */
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

  #wishesForGaps(now: number, rtt_ms: number): Wish[] {
    if (this.#next === null || this.#newest === null) return [];
    const wishes: Wish[] = [];
    if (ahead(this.#newest, this.#next) > HOPELESS) {
      this.#broken = true;
      return this.wishes(now, rtt_ms);
    }
    for (let distance = 0; distance <= ahead(this.#newest, this.#next); distance++) {
      const frame = (this.#next + distance) & 0xffff;
      if (!this.#isGap(frame, now)) continue;
      const wish = this.#ask(frame, now, rtt_ms);
      if (wish) wishes.push(wish);
      if (this.#broken) return this.wishes(now, rtt_ms);
    }
    return wishes;
  }

  #isGap(frame: number, now: number): boolean {
    const part = this.#parts.get(frame);
    if (part && !part.missing) return false;
    if (frame !== this.#newest) return true;
    return part !== undefined && now - part.at > STALLED_MS;
  }

  /** Null: not now. */
  #ask(frame: number, now: number, rtt_ms: number): Wish | null {
    const gap = this.#gaps.get(frame) ?? { since: now, asked: 0, at: now + REORDER_MS };
    this.#gaps.set(frame, gap);
    if (now < gap.at) return null;
    if (gap.asked >= ASK_TIMES) {
      this.#broken = true;
      return null;
    }
    gap.asked++;
    gap.at = now + ASK_AGAIN_MS + 1.5 * rtt_ms;
    return { is: "again", frame, missing: this.#missing(frame) };
  }

  /** A picture of which nothing came may have any number of pieces. */
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

/** Clocks drift: after 16 s the shortest way may be a tick longer. */
const DRIFT_TICKS = 2000;

/** How long pictures are under way beyond the shortest way seen so far: two clocks need not agree for that. */
export class Delay {
  #least: number | null = null;
  #driftAt = 0;

  /** Of a picture that is shown now, in ticks of the wire. */
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
