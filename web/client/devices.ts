import type { ReadonlySignal } from "@preact/signals-core";

/** Each has a sentence `client.mic.<state>` and `client.camera.<state>` that says what to do. */
export type DeviceState =
  | "off"
  | "asking"
  | "on"
  | "muted"
  | "refused"
  | "missing"
  | "in_use"
  | "unplugged"
  | "failed";

/** Microphone and camera of this page. One owner, so that the light goes off when nobody needs them. */
export declare class Devices {
  readonly mic: ReadonlySignal<DeviceState>;
  readonly camera: ReadonlySignal<DeviceState>;
  readonly micTrack: ReadonlySignal<MediaStreamTrack | null>;
  readonly cameraTrack: ReadonlySignal<MediaStreamTrack | null>;
  /** Level of our own microphone, 0 to 1, while `micTrack` is open. */
  readonly micLevel: ReadonlySignal<number>;
  readonly inputs: ReadonlySignal<MediaDeviceInfo[]>;
  /** Opens the microphone, and the camera if asked; never throws: read the states. */
  open(want: { camera: boolean }): Promise<void>;
  /** Releases both. */
  close(): void;
  setMuted(muted: boolean): void;
  setCamera(on: boolean): Promise<void>;
  choose(device: MediaDeviceInfo): Promise<void>;
}

/** Level of any stream, 0 to 1, about 10 times a second, until the returned function is called. */
export declare function levelOf(stream: MediaStream, listener: (level: number) => void): () => void;

/** A short two-note tone on the loudspeaker; resolves when it has been played. */
export declare function testTone(): Promise<void>;
