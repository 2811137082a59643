/**
 * One WebCodecs encoder that is given one picture at a time. It is never flushed: Firefox begins anew after a flush, so
 * that each picture costs as much as a start.
 */

import type { Clock } from "../platform/clock.ts";

/** What becomes of the pictures. */
export interface Encoded {
  /** A picture has come out. */
  chunk(chunk: EncodedVideoChunk): void;
  /** The encoder is of no use any more. */
  failed(): void;
}

/** The encoder, until it fails or is closed. */
export class OneEncoder {
  readonly #clock: Clock;
  readonly #encoder: VideoEncoder;
  /** Ends the wait for the picture that is in the encoder. */
  #cameOut: (itself: boolean) => void = () => undefined;

  constructor(clock: Clock, config: VideoEncoderConfig, { chunk, failed }: Encoded) {
    this.#clock = clock;
    this.#encoder = new VideoEncoder({
      output: (output) => {
        chunk(output);
        this.#cameOut(true);
      },
      error: () => {
        failed();
        this.#cameOut(true);
      },
    });
    this.#encoder.configure(config);
  }

  configure(config: VideoEncoderConfig): void {
    if (this.#encoder.state === "configured") this.#encoder.configure(config);
  }

  /**
   * Encodes a picture and waits until it has come out. Resolves with false if the encoder keeps a start, to look at
   * later pictures first; a later picture may be left out by its control of the rate.
   */
  async encode(picture: VideoFrame, isStart: boolean): Promise<boolean> {
    let cancel = () => {};
    const done = new Promise<boolean>((resolve) => {
      this.#cameOut = resolve;
      cancel = this.#clock.after(isStart ? START_MS : PICTURE_MS, () => resolve(!isStart));
    });
    try {
      this.#encoder.encode(picture, { keyFrame: isStart });
      return await done;
    } finally {
      picture.close();
      cancel();
    }
  }

  close(): void {
    if (this.#encoder.state !== "closed") this.#encoder.close();
    this.#cameOut(true);
  }
}

/** Software encodes a picture of this size in 10 to 100 ms, also on a weak tablet; the first one also waits for the encoder. */
const START_MS = 1500;
const PICTURE_MS = 300;
