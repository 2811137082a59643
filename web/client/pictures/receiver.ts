/**
 * Receives one member's slow pictures: reassembles them, decodes them and draws them on a canvas. The picture
 * freezes while something is missing.
 */

import { type Signal, signal } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";
import { codecString } from "./encoder.ts";
import { type Codec, isStill, type Piece, TICK_MS } from "./format.ts";
import { type Assembled, DelayEstimate, Reassembler, type RepairRequest } from "./reassembler.ts";
import { type Region, RegionWish } from "./region.ts";
import { SeenPictures } from "./seen.ts";
import type { Counters, Picture } from "./types.ts";

/** The slow pictures of one member. */
export class PictureReceiver implements Picture {
  readonly canvas = document.createElement("canvas");
  /** An estimate of the time at which the shown picture was taken, on the scale of `now()`. */
  readonly takenAt: Signal<number> = signal(0);
  readonly region: Signal<Region | null> = signal(null);
  readonly wished: Signal<Region | null> = signal(null);
  readonly wish = new RegionWish();
  readonly #clock: Clock;
  readonly #counters: Counters;
  readonly #shown: () => void;
  readonly #reassembler = new Reassembler();
  readonly #delay = new DelayEstimate();
  readonly #seen: SeenPictures;
  #decoder: VideoDecoder | null = null;
  #codec: Codec | null = null;
  /** The times at which the pictures in the decoder were taken, by picture number. */
  readonly #takenAt = new Map<number, number>();
  /** Stills are decoded one after the other, so that they are drawn in order. */
  #drawing: Promise<void> = Promise.resolve();
  /** The time of the last message. */
  heardAt = 0;
  frames = 0;

  constructor(clock: Clock, counters: Counters, shown: () => void) {
    this.#clock = clock;
    this.#counters = counters;
    this.#shown = shown;
    this.#seen = new SeenPictures(counters);
  }

  look(region: Region | null): void {
    this.wish.want(region, this.#clock.now());
    this.wished.value = region;
  }

  /** The sender tells which part it shows. */
  looking(region: Region | null): void {
    this.wish.told(region);
    this.wished.value = this.wish.wanted;
    this.region.value = region;
  }

  receive(piece: Piece, now: number, rtt_ms: number): void {
    this.heardAt = now;
    const [lost, bad] = [this.#reassembler.lost, this.#reassembler.bad];
    const assembled = this.#reassembler.add(piece, now);
    this.#counters.lost += this.#reassembler.lost - lost;
    this.#counters.bad += this.#reassembler.bad - bad;
    for (const picture of assembled) this.#decode(picture, now, rtt_ms);
  }

  /** The requests that are due now. */
  requests(now: number, rtt_ms: number): RepairRequest[] {
    return this.#reassembler.requests(now, rtt_ms);
  }

  close(): void {
    if (this.#decoder?.state !== "closed") this.#decoder?.close();
    this.#decoder = null;
  }

  #decode({ key, codec, frame, tick, data }: Assembled, now: number, rtt_ms: number): void {
    const late = this.#delay.of(tick, Math.round(now / TICK_MS)) * TICK_MS;
    this.#takenAt.set(frame, now - late - rtt_ms);
    if (this.#takenAt.size > 64) this.#takenAt.delete(this.#takenAt.keys().next().value!);
    if (isStill(codec)) {
      const type = codec === "webp" ? "image/webp" : "image/jpeg";
      this.#drawing = this.#drawing.then(() => this.#still(new Blob([data], { type }), frame));
      return;
    }
    try {
      const decoder = this.#decoderFor(codec, key);
      decoder?.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: frame, data }));
    } catch {
      this.#reassembler.restart();
    }
  }

  #decoderFor(codec: Codec, key: boolean): VideoDecoder | null {
    if (this.#decoder?.state === "configured" && this.#codec === codec) return this.#decoder;
    if (!key || !globalThis.VideoDecoder) {
      this.#reassembler.restart();
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
        this.#reassembler.restart();
      },
    });
    decoder.configure({ codec: codecString(codec), optimizeForLatency: true, hardwareAcceleration: "prefer-software" });
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
    this.takenAt.value = this.#takenAt.get(frame) ?? this.heardAt;
    this.#takenAt.delete(frame);
    this.frames++;
    this.#counters.decoded++;
    this.#shown();
    this.#seen.put(() => this.canvas.isConnected);
  }
}
