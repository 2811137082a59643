/**
 * The microphone and the camera of this page (Media Capture and Streams). `Devices` is their only owner, so that the
 * camera's light goes off when nobody needs it. Nothing here throws: a fault is a state, and each state has a
 * sentence for the user. A device that is taken away, by a telephone call for instance, is asked for again until it is
 * back, and one that arrives after it was released is closed at once.
 */

import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { isSilent, levelOf } from "./audio-level.ts";
import { type Clock, pageClock } from "./clock.ts";

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
  /** True from the time somebody wants the device until it is released. */
  wanted: boolean;
  /** The number of releases; a device that was asked for before the last one is not wanted any more. */
  epoch: number;
  /** The tries to get the device back since it was lost. */
  tries: number;
  cancelRetry: () => void;
}

/** The two devices of this page. */
export class Devices {
  readonly #audio = input(VOICE);
  readonly #video = input(CAMERA);
  readonly #inputs = signal<MediaDeviceInfo[]>([]);
  readonly #cameraWanted = signal(true);
  readonly #silenced = signal(false);
  readonly #clock: Clock;
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

  constructor(clock: Clock = pageClock) {
    this.#clock = clock;
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.#changed());
    // A telephone call that is over shows this page again.
    globalThis.addEventListener?.("focus", () => void this.#changed());
    globalThis.document?.addEventListener("visibilitychange", () => document.hidden || void this.#changed());
  }

  /**
   * Opens the microphone, and the camera if wanted; the states tell the result. A missing camera never costs the
   * voice.
   */
  async open(want: { camera: boolean }): Promise<void> {
    const releases = () => this.#audio.epoch + this.#video.epoch;
    const before = releases();
    if (want.camera) await this.#openBoth();
    if (releases() !== before) return;
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

  /**
   * Releases the camera for somebody who needs it at another resolution. The returned function opens it again, unless
   * the devices were released meanwhile.
   */
  lendCamera(): () => void {
    this.#close(this.#video);
    const { epoch } = this.#video;
    return () => {
      if (this.#video.epoch === epoch && this.#cameraWanted.value) void this.#open("video");
    };
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
    const epochs = { audio: audio.epoch, video: video.epoch };
    const constraints = { audio: asked(audio), video: asked(video) };
    const stream = await navigator.mediaDevices?.getUserMedia(constraints).catch(() => null);
    for (const track of stream?.getTracks() ?? []) {
      const kind = track.kind === "audio" ? "audio" : "video";
      this.#adopt(this.#of(kind), track, epochs[kind]);
    }
  }

  #open(kind: Kind): Promise<void> {
    const wanted = this.#of(kind);
    wanted.wanted = true;
    if (wanted.track.value) return Promise.resolve();
    if (wanted.opening) return wanted.opening;
    const opening = this.#ask(kind, wanted).finally(() => {
      if (wanted.opening === opening) wanted.opening = null;
    });
    return (wanted.opening = opening);
  }

  async #ask(kind: Kind, wanted: Input): Promise<void> {
    const { epoch } = wanted;
    // A try to get a device back asks nothing of the user, so the screen goes on to say what is wrong.
    if (!TAKEN.has(wanted.state.value)) wanted.state.value = "asking";
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ [kind]: asked(wanted) });
      this.#adopt(wanted, stream.getTracks()[0]!, epoch);
    } catch (error) {
      if (wanted.epoch !== epoch) return;
      wanted.state.value = stateOf(error);
      this.#retryLater(kind, wanted);
    }
  }

  /** Asks again in some seconds for a device that another program has, until it is back or was asked for often. */
  #retryLater(kind: Kind, lost: Input): void {
    lost.cancelRetry();
    if (!lost.wanted || !TAKEN.has(lost.state.value) || lost.tries >= RETRIES) return;
    lost.tries++;
    lost.cancelRetry = this.#clock.after(RETRY_MS, () => {
      if (lost.wanted && TAKEN.has(lost.state.value)) void this.#open(kind);
    });
  }

  /** Takes a track that was asked for in `epoch`. One that is not wanted any more, or not needed, is closed. */
  #adopt(opened: Input, track: MediaStreamTrack, epoch: number): void {
    if (opened.epoch !== epoch || opened.track.value) return track.stop();
    opened.tries = 0;
    opened.cancelRetry();
    const muted = opened === this.#audio && this.#muted;
    track.enabled = !muted;
    track.onended = () => this.#ended(opened, track);
    if (opened === this.#audio) {
      this.#silenced.value = track.muted;
      track.onmute = track.onunmute = () => this.#silence(track);
    }
    opened.track.value = track;
    opened.state.value = muted ? "muted" : "on";
  }

  #close(closed: Input): void {
    if (closed === this.#audio) this.#silenced.value = false;
    closed.track.value?.stop();
    closed.track.value = null;
    closed.state.value = "off";
    closed.wanted = false;
    closed.epoch++;
    closed.opening = null;
    closed.tries = 0;
    closed.cancelRetry();
  }

  /** The system takes our microphone's sound away, as during a telephone call, or gives it back. */
  #silence(track: MediaStreamTrack): void {
    this.#silenced.value = track.muted;
    const audio = this.#audio;
    if (audio.track.value !== track || !track.muted) return;
    audio.cancelRetry();
    audio.cancelRetry = this.#clock.after(RETRY_MS, () => void this.#replaceSilenced());
  }

  /** Tries another track of a silenced microphone. The old one stays if the new one is silenced too. */
  async #replaceSilenced(): Promise<void> {
    const audio = this.#audio;
    const { epoch } = audio;
    const old = audio.track.value;
    if (!old?.muted) return;
    const stream = await navigator.mediaDevices.getUserMedia({ audio: asked(audio) }).catch(() => null);
    const fresh = stream?.getTracks()[0];
    const isBetter = fresh && !fresh.muted && audio.epoch === epoch && audio.track.value === old && old.muted;
    if (isBetter) {
      audio.track.value = null;
      old.stop();
      return this.#adopt(audio, fresh, epoch);
    }
    fresh?.stop();
    if (audio.epoch !== epoch || audio.tries >= RETRIES) return;
    audio.tries++;
    audio.cancelRetry = this.#clock.after(RETRY_MS, () => void this.#replaceSilenced());
  }

  /** The device was unplugged, or taken away by the system. */
  #ended(lost: Input, track: MediaStreamTrack): void {
    if (lost.track.value !== track) return;
    lost.track.value = null;
    lost.state.value = "unplugged";
    this.#retryLater(lost === this.#audio ? "audio" : "video", lost);
    void this.#changed();
  }

  /** A device came or went, or the page is looked at again: one that was lost is asked for anew. */
  async #changed(): Promise<void> {
    if (!this.#audio.wanted && !this.#video.wanted) return void this.#list();
    await this.#list();
    if (this.#silenced.value) await this.#replaceSilenced();
    for (const kind of ["audio", "video"] as const) {
      const missed = this.#of(kind);
      if (!this.#isMissed(kind) || !this.#has(kind)) continue;
      missed.tries = 0;
      await this.#open(kind);
    }
  }

  #isMissed(kind: Kind): boolean {
    const { wanted, state } = this.#of(kind);
    return wanted && (TAKEN.has(state.value) || (kind === "audio" && state.value === "missing"));
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
    wanted: false,
    epoch: 0,
    tries: 0,
    cancelRetry: () => {},
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

/** The states of a device that may come back by itself. */
const TAKEN: ReadonlySet<DeviceState> = new Set(["in_use", "unplugged", "failed"]);
/** The pause between two tries to get a device back. */
const RETRY_MS = 3000;
/** After ten minutes only an event, such as a touch that shows the page, makes another try. */
const RETRIES = 200;
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
