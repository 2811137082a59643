//! The camera at its best: a stream of its own beside the call's, and one picture of it.

import type { Devices } from "../platform/devices.ts";
import type { Size } from "./compress.ts";

export interface Taken extends Size {
  image: CanvasImageSource;
}

/** As much as the camera has, and the one at the tablet's back. */
const BEST: MediaTrackConstraints = {
  facingMode: { ideal: "environment" },
  width: { ideal: 4096 },
  height: { ideal: 3072 },
};

/** A camera that takes longer than this for a still gives a frame of its video instead. */
const STILL_MS = 3000;

/** Many tablets open one camera at a time: the call's makes room then, and comes back. */
export async function openCamera(devices: Devices): Promise<{ stream: MediaStream; close: () => void }> {
  const ask = () => navigator.mediaDevices.getUserMedia({ video: BEST });
  let restore = () => {};
  const stream = await ask().catch(async () => {
    if (devices.cameraTrack.peek()) {
      await devices.setCamera(false);
      restore = () => void devices.setCamera(true);
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

export async function take(stream: MediaStream, video: HTMLVideoElement): Promise<Taken> {
  const image = (await still(stream)) ?? (await createImageBitmap(video));
  return { image, width: image.width, height: image.height };
}

/** The sensor's own picture has more pixels than its video. */
async function still(stream: MediaStream): Promise<ImageBitmap | null> {
  const track = stream.getVideoTracks()[0];
  const Capture = (globalThis as { ImageCapture?: new (track: MediaStreamTrack) => Shutter }).ImageCapture;
  if (!Capture || !track) return null;
  const late = new Promise<null>((done) => setTimeout(done, STILL_MS, null));
  try {
    const blob = await Promise.race([new Capture(track).takePhoto(), late]);
    return blob && (await createImageBitmap(blob));
  } catch {
    return null;
  }
}

interface Shutter {
  takePhoto(): Promise<Blob>;
}
