/** The camera of this page, which looks at paper: the one on the back of a telephone, at a resolution that shows small modules. */

/** Why there is no picture; the texts are `verifier.camera.<fault>`. */
export type CameraFault = "refused" | "missing" | "in_use" | "failed";

/** Opens the camera. Throws as getUserMedia does. */
export async function openCamera(): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  // Browsers hide the cameras from pages that came without TLS.
  if (!mediaDevices) throw new DOMException("", "NotFoundError");
  return mediaDevices.getUserMedia({ video: BACK_CAMERA });
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Why the camera could not be opened. */
export function faultOf(error: unknown): CameraFault {
  return FAULTS[(error as DOMException | null)?.name ?? ""] ?? "failed";
}

/** Switches the lamp beside the camera; false if there is none. */
export async function setTorch(stream: MediaStream, on: boolean): Promise<boolean> {
  const [track] = stream.getVideoTracks();
  return track ? track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }).then(() => true, () => false) : false;
}

/** True if there is a lamp beside the camera. */
export function hasTorch(stream: MediaStream): boolean {
  const [track] = stream.getVideoTracks();
  return Boolean((track?.getCapabilities?.() as { torch?: boolean } | undefined)?.torch);
}

/** A code of 1,000 characters has 101 modules a side, and each of them needs three or more pixels. */
const BACK_CAMERA: MediaTrackConstraints = {
  facingMode: { ideal: "environment" },
  width: { ideal: 1920 },
  height: { ideal: 1080 },
};
const FAULTS: { [name: string]: CameraFault } = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "in_use",
  AbortError: "in_use",
};
