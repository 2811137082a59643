/**
 * The microphone and the camera of this page (Media Capture and Streams). `Devices` is their only owner, so that the
 * camera's light goes off when nobody needs it. Nothing here throws: a fault is a state, and each state has a
 * sentence for the user.
 */

import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { isSilent, levelOf } from "./audio-level.ts";

/** The state of a microphone or camera; its texts are `client.mic.<state>` and `client.camera.<state>`. */
export type DeviceState =
  "off" | "asking" | "on" | "muted" | "refused" | "missing" | "in_use" | "unplugged" | "failed";

type Kind = "audio" | "video";

/** One of the two devices. */
interface Input {
  state: Signal<DeviceState>;
  track: Signal<MediaStreamTrack | null>;
  /** The device that the user chose; null leaves the choice to the browser. */
  deviceId: string | null;
  constraints: MediaTrackConstraints;
  opening: Promise<void> | null;
}

/** The two devices of this page. */
export class Devices {
  readonly #audio = input(VOICE);
  readonly #video = input(CAMERA);
  readonly #inputs = signal<MediaDeviceInfo[]>([]);
  readonly #cameraWanted = signal(true);
  readonly #silenced = signal(false);
  #muted = false;

  readonly mic: ReadonlySignal<DeviceState> = this.#audio.state;
  readonly camera: ReadonlySignal<DeviceState> = this.#video.state;
  readonly micTrack: ReadonlySignal<MediaStreamTrack | null> = this.#audio.track;
  readonly cameraTrack: ReadonlySignal<MediaStreamTrack | null> = this.#video.track;
  /** True if the user wants to be seen; the link and the device decide whether that is possible. */
  readonly cameraWanted: ReadonlySignal<boolean> = this.#cameraWanted;
  /** True while the device or the system gives no sound, because of a switch on the device or of another program. */
  readonly silenced: ReadonlySignal<boolean> = this.#silenced;
  /** All microphones and cameras; they have names once the user has permitted one. */
  readonly inputs: ReadonlySignal<MediaDeviceInfo[]> = this.#inputs;
  /** Level of our microphone, 0 to 1; measured only while somebody reads it. */
  readonly micLevel: ReadonlySignal<number> = levelSignal(this.#audio.track);

  constructor() {
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#changed());
  }

  /**
   * Opens the microphone, and the camera if wanted; the states tell the result. A missing camera never costs the
   * voice.
   */
  async open(want: { camera: boolean }): Promise<void> {
    if (want.camera) await this.#openBoth();
    await Promise.all([this.#open("audio"), want.camera ? this.#open("video") : undefined]);
    void this.#list();
  }

  /** Releases both devices. */
  close(): void {
    this.#close(this.#audio);
    this.#close(this.#video);
    this.#cameraWanted.value = true;
    this.#muted = false;
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    const { track, state } = this.#audio;
    if (!track.value) return;
    track.value.enabled = !muted;
    state.value = muted ? "muted" : "on";
  }

  /**
   * Sets whether the user wants to be seen, and opens or releases the camera. The call decides whether it is sent.
   */
  async setCamera(on: boolean): Promise<void> {
    this.#cameraWanted.value = on;
    if (on) await this.#open("video");
    else this.#close(this.#video);
  }

  /** Switches to another microphone or camera, also during a call. */
  async choose(device: MediaDeviceInfo): Promise<void> {
    const kind = device.kind === "videoinput" ? "video" : "audio";
    const chosen = this.#of(kind);
    chosen.deviceId = device.deviceId;
    this.#close(chosen);
    await this.#open(kind);
  }

  /** Switches to the next microphone, or reopens the only one. */
  async anotherMic(): Promise<void> {
    const audio = this.#audio;
    const mics = this.#inputs.value.filter(({ kind, deviceId }) => kind === "audioinput" && !isAlias(deviceId));
    const at = mics.findIndex(({ deviceId }) => deviceId === audio.track.value?.getSettings().deviceId);
    const next = mics[(at + 1) % mics.length];
    if (next) audio.deviceId = next.deviceId;
    this.#close(audio);
    await this.#open("audio");
  }

  /** Resolves to true if the microphone itself gives nothing, before the browser processes it. */
  async isDead(): Promise<boolean> {
    const deviceId = this.#audio.track.value?.getSettings().deviceId;
    const audio = { ...UNPROCESSED, ...(deviceId && { deviceId: { ideal: deviceId } }) };
    const stream = await navigator.mediaDevices.getUserMedia({ audio }).catch(() => null);
    if (!stream) return false;
    try {
      return await isSilent(stream);
    } finally {
      for (const track of stream.getTracks()) track.stop();
    }
  }

  #of(kind: Kind): Input {
    return kind === "audio" ? this.#audio : this.#video;
  }

  /** Opens both with one question to the user. If that fails, each is opened alone and tells its own fault. */
  async #openBoth(): Promise<void> {
    const [audio, video] = [this.#audio, this.#video];
    if (audio.track.value || video.track.value || audio.opening || video.opening) return;
    audio.state.value = video.state.value = "asking";
    const constraints = { audio: asked(audio), video: asked(video) };
    const stream = await navigator.mediaDevices?.getUserMedia(constraints).catch(() => null);
    for (const track of stream?.getTracks() ?? []) this.#adopt(track.kind === "audio" ? audio : video, track);
  }

  #open(kind: Kind): Promise<void> {
    const wanted = this.#of(kind);
    if (wanted.track.value) return Promise.resolve();
    return (wanted.opening ??= this.#ask(kind, wanted).finally(() => (wanted.opening = null)));
  }

  async #ask(kind: Kind, wanted: Input): Promise<void> {
    wanted.state.value = "asking";
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: asked(wanted) });
      this.#adopt(wanted, stream.getTracks()[0]!);
    } catch (error) {
      wanted.state.value = stateOf(error);
    }
  }

  #adopt(opened: Input, track: MediaStreamTrack): void {
    const muted = opened === this.#audio && this.#muted;
    track.enabled = !muted;
    track.onended = () => this.#ended(opened, track);
    if (opened === this.#audio) {
      this.#silenced.value = track.muted;
      track.onmute = track.onunmute = () => (this.#silenced.value = track.muted);
    }
    opened.track.value = track;
    opened.state.value = muted ? "muted" : "on";
  }

  #close(closed: Input): void {
    if (closed === this.#audio) this.#silenced.value = false;
    closed.track.value?.stop();
    closed.track.value = null;
    closed.state.value = "off";
  }

  /** The device was unplugged, or taken away by the system. */
  #ended(lost: Input, track: MediaStreamTrack): void {
    if (lost.track.value !== track) return;
    lost.track.value = null;
    lost.state.value = "unplugged";
    void this.#changed();
  }

  /** A device came or went: one that was unplugged is replaced by one that is there. */
  async #changed(): Promise<void> {
    await this.#list();
    for (const kind of ["audio", "video"] as const)
      if (this.#isMissed(kind) && this.#has(kind)) await this.#open(kind);
  }

  #isMissed(kind: Kind): boolean {
    const state = this.#of(kind).state.value;
    return state === "unplugged" || (kind === "audio" && state === "missing");
  }

  #has(kind: Kind): boolean {
    return this.#inputs.value.some((device) => device.kind === `${kind}input`);
  }

  async #list(): Promise<void> {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    this.#inputs.value = all.filter(({ kind }) => kind !== "audiooutput");
  }
}

/** Chromium lists the system's choice a second time under these ids. */
const isAlias = (id: string): boolean => id === "default" || id === "communications";

const asked = ({ constraints, deviceId }: Input): MediaTrackConstraints => ({
  ...constraints,
  ...(deviceId && { deviceId: { ideal: deviceId } }),
});

function input(constraints: MediaTrackConstraints): Input {
  return {
    state: signal<DeviceState>("off"),
    track: signal(null),
    deviceId: null,
    constraints,
    opening: null,
  };
}

function stateOf(error: unknown): DeviceState {
  const states: { [name: string]: DeviceState } = {
    NotAllowedError: "refused",
    SecurityError: "refused",
    NotFoundError: "missing",
    OverconstrainedError: "missing",
    NotReadableError: "in_use",
    AbortError: "in_use",
  };
  return (error instanceof DOMException && states[error.name]) || "failed";
}

/** The level of a track, measured only while it is read. */
function levelSignal(track: ReadonlySignal<MediaStreamTrack | null>): ReadonlySignal<number> {
  let stop = () => {};
  const level: Signal<number> = signal(0, {
    watched() {
      const listen = (open: MediaStreamTrack | null) =>
        open ? levelOf(new MediaStream([open]), (loudness) => (level.value = loudness)) : undefined;
      stop = effect(() => listen(track.value));
    },
    unwatched: () => stop(),
  });
  return level;
}

/** Constraints for three simulcast layers that an old laptop can still encode. */
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 960 },
  height: { ideal: 540 },
  frameRate: { ideal: 24, max: 30 },
};
/** One channel, processed by the browser, because wards are loud and loudspeakers stand beside microphones. */
const VOICE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: 1,
};
/** The microphone without the browser's processing, to judge the microphone itself. */
const UNPROCESSED: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};
