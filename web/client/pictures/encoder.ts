//! The browser's side of sending: pictures of the camera, and their encoders. Everything can be missing somewhere.

import { type Codec, CODECS, isStill, SIZES } from "./format.ts";

/** Grabs the camera's newest picture, whenever asked. */
export interface Grabber {
  grab(): Promise<CanvasImageSource | null>;
  /** Lets go of what was grabbed. */
  drop(picture: CanvasImageSource): void;
  close(): void;
}

/** Chromium's; no type of the browser's own library yet. */
type Processor = new (init: { track: MediaStreamTrack; maxBufferSize: number }) => {
  readable: ReadableStream<VideoFrame>;
};

export function grabberOf(track: MediaStreamTrack): Grabber {
  const processor = (globalThis as { MediaStreamTrackProcessor?: Processor }).MediaStreamTrackProcessor;
  return processor ? streamOf(new processor({ track, maxBufferSize: 1 }).readable) : elementOf(track);
}

function streamOf(readable: ReadableStream<VideoFrame>): Grabber {
  const reader = readable.getReader();
  return {
    grab: async () => (await reader.read()).value ?? null,
    drop: (picture) => (picture as VideoFrame).close(),
    close: () => void reader.cancel().catch(() => undefined),
  };
}

function elementOf(track: MediaStreamTrack): Grabber {
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

/** The code of the size whose shape is nearest. */
export function sizeFor(width: number, height: number): number {
  const off = ([w, h]: readonly [number, number]) => Math.abs(Math.log(w / h / (width / height)));
  return SIZES.reduce((best, size, i) => (off(size) < off(SIZES[best]!) ? i : best), 0);
}

const NAMES: { [codec in Codec]?: string } = { av1: "av01.0.00M.08", vp9: "vp09.00.10.08", vp8: "vp8" };

export interface Asked {
  codec: Codec;
  size: number;
  fps: number;
  bitrate: number;
}

export function configOf({ codec, size, fps, bitrate }: Asked): VideoEncoderConfig {
  const [width, height] = SIZES[size]!;
  return {
    codec: NAMES[codec] ?? "",
    width,
    height,
    bitrate,
    framerate: fps,
    latencyMode: "realtime",
    hardwareAcceleration: "prefer-software",
  };
}

/** The first of `allowed` that this browser can write; a still in the worst case. */
export async function codecFor(allowed: readonly Codec[], asked: Omit<Asked, "codec">): Promise<Codec> {
  for (const codec of CODECS.filter((one) => allowed.includes(one) && !isStill(one))) {
    const answer = globalThis.VideoEncoder?.isConfigSupported(configOf({ ...asked, codec })).catch(() => null);
    if ((await answer)?.supported) return codec;
  }
  return "webp";
}

/** What this browser can read. */
export async function readable(): Promise<Codec[]> {
  const known = await Promise.all(
    CODECS.map(async (codec) => {
      if (isStill(codec)) return true;
      const answer = globalThis.VideoDecoder?.isConfigSupported({ codec: NAMES[codec]! }).catch(() => null);
      return (await answer)?.supported === true;
    }),
  );
  return CODECS.filter((_, i) => known[i]);
}

export const nameOf = (codec: Codec): string => NAMES[codec] ?? "";

/** A canvas that nobody sees. */
export function sheet(size: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = SIZES[size]!;
  return canvas;
}

/** A still of at most `most` bytes, or the poorest there is: WebP, or JPEG where the browser writes no WebP. */
export async function stillOf(canvas: HTMLCanvasElement, most: number): Promise<Blob | null> {
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
