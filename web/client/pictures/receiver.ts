//! One sender's pictures on a canvas: put together, decoded, drawn. Freezes while something is missing.

import { type Signal, signal } from "@preact/signals-core";
import { Chain, Delay, type Whole, type Wish } from "./reassembler.ts";
import type { Counters, Picture } from "./lazy.ts";
import { nameOf } from "./encoder.ts";
import { type Codec, isStill, type Piece, TICK_MS } from "./format.ts";

export class Screen implements Picture {
  readonly canvas = document.createElement("canvas");
  /** When what is shown was taken, on `now()`'s scale, as far as one can know. */
  readonly takenAt: Signal<number> = signal(0);
  readonly #counters: Counters;
  readonly #shown: () => void;
  readonly #chain = new Chain();
  readonly #delay = new Delay();
  #decoder: VideoDecoder | null = null;
  #codec: Codec | null = null;
  /** When the pictures were taken that the decoder has. */
  readonly #taken = new Map<number, number>();
  /** Stills are drawn in the order in which they came. */
  #drawing: Promise<void> = Promise.resolve();
  /** When something last came. */
  heardAt = 0;
  frames = 0;

  constructor(counters: Counters, shown: () => void) {
    this.#counters = counters;
    this.#shown = shown;
  }

  take(piece: Piece, now: number, rtt_ms: number): void {
    this.heardAt = now;
    const [lost, bad] = [this.#chain.lost, this.#chain.bad];
    const whole = this.#chain.take(piece, now);
    this.#counters.lost += this.#chain.lost - lost;
    this.#counters.bad += this.#chain.bad - bad;
    for (const picture of whole) this.#decode(picture, now, rtt_ms);
  }

  wishes(now: number, rtt_ms: number): Wish[] {
    return this.#chain.wishes(now, rtt_ms);
  }

  close(): void {
    if (this.#decoder?.state !== "closed") this.#decoder?.close();
    this.#decoder = null;
  }

  #decode({ key, codec, frame, tick, data }: Whole, now: number, rtt_ms: number): void {
    const late = this.#delay.of(tick, Math.round(now / TICK_MS)) * TICK_MS;
    this.#taken.set(frame, now - late - rtt_ms);
    if (this.#taken.size > 64) this.#taken.delete(this.#taken.keys().next().value!);
    if (isStill(codec)) {
      const type = codec === "webp" ? "image/webp" : "image/jpeg";
      this.#drawing = this.#drawing.then(() => this.#still(new Blob([data], { type }), frame));
      return;
    }
    try {
      const decoder = this.#decoderFor(codec, key);
      decoder?.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: frame, data }));
    } catch {
      this.#chain.fail();
    }
  }

  #decoderFor(codec: Codec, key: boolean): VideoDecoder | null {
    if (this.#decoder?.state === "configured" && this.#codec === codec) return this.#decoder;
    if (!key || !globalThis.VideoDecoder) {
      this.#chain.fail();
      return null;
    }
    this.close();
    const decoder = new VideoDecoder({
      output: (frame) => {
        this.#draw(frame, frame.displayWidth, frame.displayHeight, frame.timestamp);
        frame.close();
      },
      error: () => {
        if (this.#decoder === decoder) this.#decoder = null;
        this.#chain.fail();
      },
    });
    decoder.configure({ codec: nameOf(codec), optimizeForLatency: true, hardwareAcceleration: "prefer-software" });
    this.#codec = codec;
    return (this.#decoder = decoder);
  }

  async #still(blob: Blob, frame: number): Promise<void> {
    const picture = await createImageBitmap(blob).catch(() => null);
    if (!picture) return void this.#counters.bad++;
    this.#draw(picture, picture.width, picture.height, frame);
    picture.close();
  }

  #draw(picture: CanvasImageSource, width: number, height: number, frame: number): void {
    if (this.canvas.width !== width || this.canvas.height !== height)
      Object.assign(this.canvas, { width, height });
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0);
    this.takenAt.value = this.#taken.get(frame) ?? this.heardAt;
    this.#taken.delete(frame);
    this.frames++;
    this.#counters.decoded++;
    this.#shown();
  }
}
