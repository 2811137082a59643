/** Takes a photo with the camera at its highest resolution, on a stream of its own beside the call's. */

import type { Devices } from "../platform/devices.ts";
import type { Size } from "./compress.ts";

/** A photo as the camera gave it. */
export interface TakenPhoto extends Size {
  image: CanvasImageSource;
}

/**
 * Opens the camera. Many tablets open only one at a time, so the call's camera is closed if need be, and reopened
 * later.
 */
export async function openCamera(devices: Devices): Promise<{ stream: MediaStream; close: () => void }> {
  const ask = () => navigator.mediaDevices.getUserMedia({ video: FULL_RESOLUTION });
  let restore = () => {};
  const stream = await ask().catch(() => {
    if (devices.cameraTrack.peek()) {
      restore = devices.lendCamera();
    }
    return ask();
  }).catch((error: unknown) => {
    restore();
    throw error;
  });
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    restore();
  };
  return { stream, close };
}

/** Takes one photo from the stream, which `video` shows. */
export async function takePhoto(stream: MediaStream, video: HTMLVideoElement): Promise<TakenPhoto> {
  const image = (await still(stream)) ?? (await createImageBitmap(video));
  return { image, width: image.width, height: image.height };
}

/**
 * A still image of the sensor, which has more pixels than its video; null if the browser or the camera gives none.
 */
async function still(stream: MediaStream): Promise<ImageBitmap | null> {
  const track = stream.getVideoTracks()[0];
  const Capture = (globalThis as { ImageCapture?: new (track: MediaStreamTrack) => ImageCapture }).ImageCapture;
  if (!Capture || !track) return null;
  const late = new Promise<null>((done) => setTimeout(done, STILL_MS, null));
  try {
    const blob = await Promise.race([new Capture(track).takePhoto(), late]);
    return blob && (await createImageBitmap(blob));
  } catch {
    return null;
  }
}

/** The part of the MediaStream Image Capture API that is used; TypeScript's library does not know it. */
interface ImageCapture {
  takePhoto(): Promise<Blob>;
}

/** The camera at the tablet's back, at its full resolution. */
const FULL_RESOLUTION: MediaTrackConstraints = {
  facingMode: { ideal: "environment" },
  width: { ideal: 4096 },
  height: { ideal: 3072 },
};
/** A camera that takes longer than this for a still image gives a video frame instead. */
const STILL_MS = 3000;
