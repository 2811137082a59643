/**
 * Sends our camera as slow pictures: it takes a picture when that can go at once, encodes it, cuts it into pieces
 * and hands them to the pacer. Pieces are kept for a while, so that a receiver can ask for lost ones.
 */

import type { Clock } from "../platform/clock.ts";
import { planFor } from "./budget.ts";
import { codecFor, configOf, type EncoderSettings, encodeStill, type FrameGrabber, grabberOf, newCanvas, sizeFor, smallCopy } from "./encoder.ts";
import { type Codec, CODECS, cut, isStill, lowBits, SIZES, TICK_MS } from "./format.ts";
import { OneEncoder } from "./one-encoder.ts";
import { type Output, Pacer } from "./pacer.ts";
import { cropOf, type Region } from "./region.ts";
import { Stillness } from "./stillness.ts";

/** The sender of our camera. */
export class PictureSender {
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  readonly #grabber: FrameGrabber;
  readonly #me: number;
  readonly #stillness = new Stillness();
  #region: Region | null = null;
  readonly #kept = new Map<number, { pieces: Uint8Array<ArrayBuffer>[]; at: number; resentAt: Map<number, number> }>();
  #bps: number;
  #encoder: OneEncoder | null = null;
  /** True if the encoder keeps pictures in its mode for quality, as that of Firefox does. */
  #isRealtime = false;
  #settings: EncoderSettings | null = null;
  #codecs: readonly Codec[] = CODECS;
  #canvas: HTMLCanvasElement | null = null;
  #frame = Math.floor(Math.random() * 0x10000);
  #startWanted = true;
  #startedAt = -Infinity;
  /** The moving average of a delta picture's bytes. */
  #typical = 300;
  #busy = false;
  #closed = false;
  #cancel = () => {};
  #nextAt: number;
  /** The time at which the picture in the encoder was taken, in ticks of the wire. */
  #encodedTick = 0;

  constructor(clock: Clock, output: Output, track: MediaStreamTrack, me: number, bps: number) {
    this.#clock = clock;
    this.#pacer = new Pacer(clock, output, bps);
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

  /** Shows a part of the picture, or all of it. Nothing of the picture before is left in it, so it begins anew. */
  look(region: Region | null): void {
    if (region === this.#region) return;
    this.#region = region;
    this.#startWanted = true;
  }

  /** A receiver asks for a new start, and tells the codecs that it can decode. */
  restart(codecs: readonly Codec[]): void {
    if (!codecs.length) return;
    this.#codecs = this.#codecs.filter((codec) => codecs.includes(codec));
    if (this.#clock.now() - this.#startedAt >= START_EVERY_MS) this.#startWanted = true;
  }

  /** Sends lost pieces again, in front of those that wait; `missing` is a bit mask of pieces. */
  resend(frame: number, missing: number): void {
    const kept = this.#kept.get(frame);
    const now = this.#clock.now();
    if (!kept || now - kept.at > KEPT_MS) return;
    const due = kept.pieces.filter((_, i) => {
      const isDue = (missing >> i) & 1 && now - (kept.resentAt.get(i) ?? -Infinity) > RESENT_MS;
      if (isDue) kept.resentAt.set(i, now);
      return isDue;
    });
    if (due.length) this.#pacer.push(due, true);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel();
    this.#pacer.clear();
    this.#grabber.close();
    this.#encoder?.close();
  }

  #later(wait_ms: number): void {
    this.#cancel();
    if (!this.#closed) this.#cancel = this.#clock.after(wait_ms, () => void this.#tick());
  }

  /** Takes a picture if it can go at once; one that would have to wait is not taken. */
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
      // The encoder failed or the camera is gone; the next picture starts anew.
      this.#endEncoder();
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
      const [width, height] = SIZES[this.#settings!.size]!;
      const crop = cropOf(...measureOf(picture), this.#region);
      this.#canvas!.getContext("2d")!.drawImage(picture, crop.x, crop.y, crop.width, crop.height, 0, 0, width, height);
    } finally {
      this.#grabber.drop(picture);
    }
    if (this.#closed || !this.#isWorthSending()) return;
    if (isStill(this.#settings!.codec)) await this.#still(tick);
    else await this.#encode(tick);
  }

  /** A start that was asked for is sent whatever it shows. */
  #isWorthSending(): boolean {
    if (this.#startWanted) this.#stillness.forget();
    return this.#stillness.isWorthSending(smallCopy(this.#canvas!), this.#clock.now());
  }

  /** Configures the encoder for the current plan. A new codec or size needs a new start, a new rate does not. */
  async #prepare(picture: CanvasImageSource): Promise<void> {
    const { fps, bitrate } = planFor(this.#bps);
    const size = sizeFor(...measureOf(picture));
    const before = this.#settings;
    if (before && before.size === size && this.#codecs.includes(before.codec)) {
      if (before.fps === fps && Math.abs(before.bitrate - bitrate) < NEAR * bitrate) return;
      this.#settings = { ...before, fps, bitrate };
      this.#encoder?.configure(configOf(this.#settings, this.#isRealtime));
      return;
    }
    const codec = await codecFor(this.#codecs, { size, fps, bitrate });
    this.#settings = { codec, size, fps, bitrate };
    if (before?.size !== size) this.#canvas = newCanvas(size);
    this.#endEncoder();
  }

  async #encode(tick: number): Promise<void> {
    const encoder = (this.#encoder ??= this.#newEncoder());
    const key = this.#startWanted;
    const frame = new VideoFrame(this.#canvas!, { timestamp: Math.round(this.#clock.now() * 1000) });
    this.#startWanted = false;
    this.#encodedTick = tick;
    if ((await encoder.encode(frame, key)) || encoder !== this.#encoder) return;
    this.#isRealtime = true;
    this.#endEncoder();
  }

  #newEncoder(): OneEncoder {
    const encoder: OneEncoder = new OneEncoder(this.#clock, configOf(this.#settings!, this.#isRealtime), {
      chunk: (chunk) => {
        const data = new Uint8Array(chunk.byteLength);
        chunk.copyTo(data);
        if (encoder === this.#encoder) this.#send(data, chunk.type === "key", this.#encodedTick);
      },
      failed: () => encoder === this.#encoder && this.#endEncoder(),
    });
    return encoder;
  }

  /** The next picture is a start, by a new encoder. */
  #endEncoder(): void {
    const encoder = this.#encoder;
    this.#encoder = null;
    this.#startWanted = true;
    encoder?.close();
  }

  async #still(tick: number): Promise<void> {
    const blob = await encodeStill(this.#canvas!, STILL_BYTES);
    if (!blob) return;
    this.#settings!.codec = blob.type === "image/webp" ? "webp" : "jpeg";
    this.#send(new Uint8Array(await blob.arrayBuffer()), true, tick);
  }

  #send(data: Uint8Array, key: boolean, tick: number): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    const { codec, size } = this.#settings!;
    const frame = (this.#frame = (this.#frame + 1) & 0xffff);
    const pieces = cut({ from: this.#me, key, codec, size, frame, tick, data }, planFor(this.#bps).pieceBytes);
    if (!pieces.length) return void (this.#startWanted = true);
    if (key) this.#startedAt = now;
    else this.#typical += (data.length - this.#typical) / 8;
    this.#kept.set(frame, { pieces, at: now, resentAt: new Map() });
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#pacer.push(pieces);
  }
}

function measureOf(picture: CanvasImageSource): [width: number, height: number] {
  if (picture instanceof HTMLVideoElement) return [picture.videoWidth, picture.videoHeight];
  const { displayWidth, displayHeight } = picture as VideoFrame;
  return [displayWidth, displayHeight];
}

/**
 * Pictures that are kept, and for how long; whoever asks for an older one gets nothing, and later asks for a new
 * start.
 */
const KEPT = 24;
const KEPT_MS = 4000;
/** All requests for a new start within this time are answered by one. */
const START_EVERY_MS = 2000;
/** The pause after which a picture that could not go is tried again. */
const LOOK_AGAIN_MS = 50;
/** A piece that was sent again within this time is still on its way, so a second request for it is ignored. */
const RESENT_MS = 300;
/** The bytes of a still that is worth looking at; fewer bits per second only mean that it comes later. */
const STILL_BYTES = 3500;
/** A rate that differs by less than this share is left to the pacer, without a new configuration of the encoder. */
const NEAR = 0.1;
