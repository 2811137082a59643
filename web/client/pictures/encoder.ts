/**
 * The browser's means for slow pictures: frames of the camera and encoders (WebCodecs). Each of them is missing in
 * some browser, so each has a substitute.
 */

import { type Codec, CODECS, isStill, SIZES } from "./format.ts";
import { COPY } from "./stillness.ts";

/** Gives the camera's newest frame. */
export interface FrameGrabber {
  grab(): Promise<CanvasImageSource | null>;
  /** Releases a frame. */
  drop(picture: CanvasImageSource): void;
  close(): void;
}

/** MediaStreamTrackProcessor, which only Chromium has and TypeScript's library does not know. */
type Processor = new (init: { track: MediaStreamTrack; maxBufferSize: number }) => {
  readable: ReadableStream<VideoFrame>;
};

/** Reads frames from the track itself, or from a video element where the browser cannot. */
export function grabberOf(track: MediaStreamTrack): FrameGrabber {
  const processor = (globalThis as { MediaStreamTrackProcessor?: Processor }).MediaStreamTrackProcessor;
  return processor ? streamOf(new processor({ track, maxBufferSize: 1 }).readable) : elementOf(track);
}

function streamOf(readable: ReadableStream<VideoFrame>): FrameGrabber {
  const reader = readable.getReader();
  return {
    grab: async () => (await reader.read()).value ?? null,
    drop: (picture) => (picture as VideoFrame).close(),
    close: () => void reader.cancel().catch(() => undefined),
  };
}

function elementOf(track: MediaStreamTrack): FrameGrabber {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  void video.play().catch(() => undefined);
  return {
    grab: async () => (video.videoWidth ? video : null),
    drop: () => {},
    close: () => (video.srcObject = null),
  };
}

/** The index in `SIZES` of the size whose shape is nearest. */
export function sizeFor(width: number, height: number): number {
  const off = ([w, h]: readonly [number, number]) => Math.abs(Math.log(w / h / (width / height)));
  return SIZES.reduce((best, size, i) => (off(size) < off(SIZES[best]!) ? i : best), 0);
}

/** Codec strings of WebCodecs. */
const STRINGS: { [codec in Codec]?: string } = { av1: "av01.0.00M.08", vp9: "vp09.00.10.08", vp8: "vp8" };

/** The settings of an encoder. */
export interface EncoderSettings {
  codec: Codec;
  /** Index in `SIZES`. */
  size: number;
  fps: number;
  bitrate: number;
}

/**
 * The settings in the form of WebCodecs. For AV1, Chromium's encoder takes the same time in the mode for quality and
 * looks at no later picture, and at a constant rate a start has two thirds of the bytes (docs/pictures.md). Firefox's
 * encoder keeps the pictures in that mode, and is used in realtime.
 */
export function configOf({ codec, size, fps, bitrate }: EncoderSettings, isRealtime = false): VideoEncoderConfig {
  const [width, height] = SIZES[size]!;
  return {
    codec: STRINGS[codec] ?? "",
    width,
    height,
    bitrate,
    framerate: fps,
    ...(codec === "av1" && !isRealtime ? { latencyMode: "quality", bitrateMode: "constant" } : { latencyMode: "realtime" }),
    hardwareAcceleration: "prefer-software",
  };
}

/** The first of `allowed` that this browser can encode; WebP stills if there is none. */
export async function codecFor(allowed: readonly Codec[], settings: Omit<EncoderSettings, "codec">): Promise<Codec> {
  for (const codec of CODECS.filter((one) => allowed.includes(one) && !isStill(one))) {
    const answer = globalThis.VideoEncoder?.isConfigSupported(configOf({ ...settings, codec })).catch(() => null);
    if ((await answer)?.supported) return codec;
  }
  return "webp";
}

/** The codecs that this browser can decode. */
export async function decodable(): Promise<Codec[]> {
  const known = await Promise.all(
    CODECS.map(async (codec) => {
      if (isStill(codec)) return true;
      const answer = globalThis.VideoDecoder?.isConfigSupported({ codec: STRINGS[codec]! }).catch(() => null);
      return (await answer)?.supported === true;
    }),
  );
  return CODECS.filter((_, i) => known[i]);
}

/** The codec string of WebCodecs; empty for stills. */
export const codecString = (codec: Codec): string => STRINGS[codec] ?? "";

/** A canvas of a size in `SIZES`, which is not shown. */
export function newCanvas(size: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = SIZES[size]!;
  return canvas;
}

/** A small copy of a picture in RGBA, each pixel the mean of a square. */
export function smallCopy(canvas: HTMLCanvasElement): Uint8ClampedArray {
  small ??= Object.assign(document.createElement("canvas"), COPY).getContext("2d", { willReadFrequently: true })!;
  small.imageSmoothingQuality = "medium";
  small.drawImage(canvas, 0, 0, COPY.width, COPY.height);
  return small.getImageData(0, 0, COPY.width, COPY.height).data;
}

let small: CanvasRenderingContext2D | undefined;

/**
 * Encodes a still of at most `most` bytes, or the smallest possible one: WebP, or JPEG where the browser encodes no
 * WebP. Null if it encodes neither.
 */
export async function encodeStill(canvas: HTMLCanvasElement, most: number): Promise<Blob | null> {
  const at = (quality: number) =>
    new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/webp", quality));
  let blob: Blob | null = null;
  for (const quality of [0.4, 0.2, 0.05]) {
    blob = await at(quality);
    if (blob && blob.type !== "image/webp") blob = await jpeg(canvas, quality);
    if (blob && blob.size <= most) break;
  }
  return blob;
}

const jpeg = (canvas: HTMLCanvasElement, quality: number) =>
  new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
