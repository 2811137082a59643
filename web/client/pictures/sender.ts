//! Sends our camera as pictures: takes one when it can go at once, encodes it, cuts it and hands it to the pacer.

import type { Clock } from "../platform/clock.ts";
import { planFor } from "./budget.ts";
import { type Lane, Pacer } from "./pacer.ts";
import { type Asked, codecFor, configOf, type Grabber, grabberOf, sheet, sizeFor, stillOf } from "./encoder.ts";
import { type Codec, CODECS, cut, isStill, lowBits, SIZES, TICK_MS } from "./format.ts";

/** Whoever asks later than so many pictures gets a new start instead. */
const KEPT = 24;
const KEPT_MS = 4000;
/** Of all who ask for a new start within this time, one is served. */
const START_EVERY_MS = 2000;
const LOOK_AGAIN_MS = 50;
/** A piece that has just been sent again is still on its way to whoever asks once more. */
const SAME_AGAIN_MS = 300;
/** A still worth looking at has so many bytes; fewer bits only mean that it comes later. */
const STILL_BYTES = 3500;
/** A rate that is so near to the encoder's is left to the pacer. */
const NEAR = 0.1;

export class Film {
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  readonly #grabber: Grabber;
  readonly #me: number;
  readonly #kept = new Map<number, { pieces: Uint8Array<ArrayBuffer>[]; at: number; again: Map<number, number> }>();
  #bps: number;
  #encoder: VideoEncoder | null = null;
  #asked: Asked | null = null;
  #readers: readonly Codec[] = CODECS;
  #canvas: HTMLCanvasElement | null = null;
  #frame = Math.floor(Math.random() * 0x10000);
  #startWanted = true;
  #startedAt = -Infinity;
  /** What a picture took lately. */
  #typical = 300;
  #busy = false;
  #closed = false;
  #cancel = () => {};
  #nextAt: number;
  /** When the picture was taken that the encoder has. */
  #tickOfNext = 0;

  constructor(clock: Clock, lane: Lane, track: MediaStreamTrack, me: number, bps: number) {
    this.#clock = clock;
    this.#pacer = new Pacer(clock, lane, bps);
    this.#grabber = grabberOf(track);
    this.#me = lowBits(me);
    this.#bps = bps;
    this.#nextAt = clock.now();
    this.#later(0);
  }

  setBudget(bps: number): void {
    if (bps === this.#bps) return;
    this.#bps = bps;
    this.#pacer.setBudget(bps);
  }

  /** Somebody cannot follow. `codecs`: what they can read. */
  start(codecs: readonly Codec[]): void {
    if (!codecs.length) return;
    this.#readers = this.#readers.filter((codec) => codecs.includes(codec));
    if (this.#clock.now() - this.#startedAt >= START_EVERY_MS) this.#startWanted = true;
  }

  /** Sends pieces again, before what waits. */
  again(frame: number, missing: number): void {
    const kept = this.#kept.get(frame);
    const now = this.#clock.now();
    if (!kept || now - kept.at > KEPT_MS) return;
    const asked = kept.pieces.filter((_, i) => {
      const due = (missing >> i) & 1 && now - (kept.again.get(i) ?? -Infinity) > SAME_AGAIN_MS;
      if (due) kept.again.set(i, now);
      return due;
    });
    if (asked.length) this.#pacer.push(asked, true);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel();
    this.#pacer.clear();
    this.#grabber.close();
    if (this.#encoder?.state !== "closed") this.#encoder?.close();
  }

  #later(wait_ms: number): void {
    this.#cancel();
    if (!this.#closed) this.#cancel = this.#clock.after(wait_ms, () => void this.#tick());
  }

  /** Keeps the pace where the budget permits; a picture that would have to wait is not even taken. */
  async #tick(): Promise<void> {
    const now = this.#clock.now();
    const wait = this.#nextAt - now;
    if (wait > 2) return this.#later(wait);
    if (this.#busy || !this.#pacer.isFree(this.#typical)) return this.#later(LOOK_AGAIN_MS);
    const between = 1000 / planFor(this.#bps).fps;
    this.#nextAt = Math.max(this.#nextAt + between, now + between / 2);
    this.#later(Math.max(3, this.#nextAt - now));
    this.#busy = true;
    try {
      await this.#take();
    } catch {
      // The encoder died, or the camera went: the next picture begins anew.
      this.#encoder = null;
      this.#startWanted = true;
    } finally {
      this.#busy = false;
    }
  }

  async #take(): Promise<void> {
    const picture = await this.#grabber.grab();
    if (!picture) return;
    const tick = Math.round(this.#clock.now() / TICK_MS) & 0xffff;
    try {
      if (this.#closed) return;
      await this.#prepare(picture);
      const [width, height] = SIZES[this.#asked!.size]!;
      this.#canvas!.getContext("2d")!.drawImage(picture, 0, 0, width, height);
    } finally {
      this.#grabber.drop(picture);
    }
    if (this.#closed) return;
    if (isStill(this.#asked!.codec)) await this.#still(tick);
    else await this.#encode(tick);
  }

  /** An encoder for what is asked now. A new one starts anew; a new rate does not. */
  async #prepare(picture: CanvasImageSource): Promise<void> {
    const { fps, bitrate } = planFor(this.#bps);
    const size = sizeOf(picture);
    const before = this.#asked;
    if (before && before.size === size && this.#readers.includes(before.codec)) {
      if (before.fps === fps && Math.abs(before.bitrate - bitrate) < NEAR * bitrate) return;
      this.#asked = { ...before, fps, bitrate };
      if (this.#encoder?.state === "configured") this.#encoder.configure(configOf(this.#asked));
      return;
    }
    const codec = await codecFor(this.#readers, { size, fps, bitrate });
    this.#asked = { codec, size, fps, bitrate };
    if (before?.size !== size) this.#canvas = sheet(size);
    if (this.#encoder?.state === "configured") this.#encoder.close();
    this.#encoder = null;
    this.#startWanted = true;
  }

  async #encode(tick: number): Promise<void> {
    const key = this.#startWanted;
    const encoder = (this.#encoder ??= this.#newEncoder());
    const frame = new VideoFrame(this.#canvas!, { timestamp: Math.round(this.#clock.now() * 1000) });
    this.#startWanted = false;
    this.#tickOfNext = tick;
    encoder.encode(frame, { keyFrame: key });
    frame.close();
    await encoder.flush();
  }

  #newEncoder(): VideoEncoder {
    const encoder = new VideoEncoder({
      output: (chunk) => {
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        if (encoder === this.#encoder) this.#send(data, chunk.type === "key", this.#tickOfNext);
      },
      error: () => {
        if (encoder === this.#encoder) this.#encoder = null;
        this.#startWanted = true;
      },
    });
    this.#startWanted = true;
    encoder.configure(configOf(this.#asked!));
    return encoder;
  }

  async #still(tick: number): Promise<void> {
    const blob = await stillOf(this.#canvas!, STILL_BYTES);
    if (!blob) return;
    this.#asked!.codec = blob.type === "image/webp" ? "webp" : "jpeg";
    this.#send(new Uint8Array(await blob.arrayBuffer()), true, tick);
  }

  #send(data: Uint8Array, key: boolean, tick: number): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    const { codec, size } = this.#asked!;
    const frame = (this.#frame = (this.#frame + 1) & 0xffff);
    const pieces = cut({ from: this.#me, key, codec, size, frame, tick, data }, planFor(this.#bps).pieceBytes);
    if (!pieces.length) return void (this.#startWanted = true);
    if (key) this.#startedAt = now;
    else this.#typical += (data.length - this.#typical) / 8;
    this.#kept.set(frame, { pieces, at: now, again: new Map() });
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#pacer.push(pieces);
  }
}

function sizeOf(picture: CanvasImageSource): number {
  if (picture instanceof HTMLVideoElement) return sizeFor(picture.videoWidth, picture.videoHeight);
  const { displayWidth, displayHeight } = picture as VideoFrame;
  return sizeFor(displayWidth, displayHeight);
}
