/**
 * Tells whether a camera gives nothing but black: its lens is covered, its shutter is closed, or its driver has failed.
 * Screens use it by `web/ui/black-camera.ts`; nothing here opens or closes a camera.
 */

/** True if no pixel of an RGBA picture is brighter than a covered sensor's noise. */
export function isBlack(pixels: ArrayLike<number>): boolean {
  for (let i = 0; i < pixels.length; i++) if (i % 4 !== 3 && pixels[i]! > NOISE) return false;
  return pixels.length > 0;
}

/** Tells once a second if the camera of `track` gives only black, until the returned function is called. */
export function watchBlack(track: MediaStreamTrack, listener: (black: boolean) => void): () => void {
  listener(false);
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  void video.play().catch(() => undefined); // It is looked at once more.
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = SIZE;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let looks = 0;
  const timer = setInterval(() => {
    if (!pen || !video.videoWidth) return;
    pen.drawImage(video, 0, 0, ...SIZE);
    looks = isBlack(pen.getImageData(0, 0, ...SIZE).data) ? looks + 1 : 0;
    listener(looks >= LOOKS);
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    video.srcObject = null;
  };
}

/** The picture that is looked at, in pixels; each is the mean of a part of the camera's. */
const SIZE = [16, 9] as const;
/** Black of limited range is 16 of 255, and the noise of a covered sensor adds a few. */
const NOISE = 28;
/** A camera shows some black frames while it starts. */
const LOOKS = 3;
const INTERVAL_MS = 1000;
