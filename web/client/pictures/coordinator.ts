/**
 * Decides how our camera is sent: as a video track if the server permits one, as slow pictures on a data channel if
 * the link carries only those, or not at all. It opens the camera when it will be needed. Owned by `call.ts`.
 */

import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { Caps, MemberId } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Devices } from "../platform/devices.ts";
import type { Connection } from "../signalling/connection.ts";
import type { Transport } from "../webrtc/transport.ts";
import { LazyPictures } from "./lazy.ts";

/** The parts of the call on which the choice depends. */
export interface CoordinatorPorts {
  clock: Clock;
  connection: Connection;
  devices: Devices;
  /** The transport of now. */
  transport: ReadonlySignal<Transport | null>;
  /** The limits that the server sets on what we send; null before its first word. */
  caps: ReadonlySignal<Caps | null>;
  /** True while we are in a consultation. */
  inCall(): boolean;
  /** True during an outage. */
  isLost(): boolean;
  /** Our id in the room. */
  me(): MemberId;
}

/** The choice between video, slow pictures and neither. */
export class PictureCoordinator {
  readonly #ports: CoordinatorPorts;
  readonly #voiceOnly = signal(false);
  readonly #watched = signal(true);

  /** The slow pictures, both ways. */
  readonly pictures: LazyPictures;
  /** True if pictures are switched off by choice, in both directions. */
  readonly voiceOnly: ReadonlySignal<boolean> = this.#voiceOnly;
  /** True while our camera is sent as a video track. */
  readonly sendingVideo: ReadonlySignal<boolean> = computed(() => this.#videoTrack() !== null);

  constructor(ports: CoordinatorPorts) {
    const { clock, connection, transport } = (this.#ports = ports);
    this.pictures = new LazyPictures({ clock, rttMs: () => connection.rttMs.peek() ?? 0 });
    effect(() => transport.value?.setCamera(this.#videoTrack()));
    effect(() => this.#openCamera());
    effect(() => this.pictures.use(transport.value?.pictures ?? null, ports.me()));
    effect(() => this.#sendPictures());
  }

  setVoiceOnly(on: boolean): void {
    this.#voiceOnly.value = on;
  }

  /** Tells whether somebody else is in the room to be shown something. */
  setWatched(watched: boolean): void {
    this.#watched.value = watched;
  }

  /** True if the user wants to be seen. */
  #isWanted(): boolean {
    return this.#ports.devices.cameraWanted.value && !this.#voiceOnly.value;
  }

  /**
   * True if the server permits a video track and the user wants it. The voice comes first: without caps there is
   * none.
   */
  #mayUseVideo(): boolean {
    return this.#ports.inCall() && this.#ports.caps.value?.video_bps != null && this.#isWanted();
  }

  /** Bits per second for slow pictures; null if none are to be sent. */
  #picturesBps(): number | null {
    const caps = this.#ports.caps.value;
    if (!this.#ports.inCall() || !caps || caps.video_bps !== null) return null;
    return this.#isWanted() ? caps.pictures_bps : null;
  }

  #videoTrack(): MediaStreamTrack | null {
    return this.#mayUseVideo() ? this.#ports.devices.cameraTrack.value : null;
  }

  /**
   * Sends slow pictures unless the link is dead. The retransmission timer of the data channel (SCTP, RFC 9260)
   * doubles with each loss and would outlast the outage, and after one the voice comes first.
   */
  #sendPictures(): void {
    const passes = !this.#ports.isLost() && !this.#ports.transport.value?.sparing.value;
    const bps = this.#watched.value && passes ? this.#picturesBps() : null;
    const track = bps ? this.#ports.devices.cameraTrack.value : null;
    const hidden = !this.#isWanted();
    untracked(() => this.pictures.send(track, bps, hidden));
  }

  /** Opening a camera takes half a second, which a quick link can save because the permission will come. */
  #openCamera(): void {
    const soon = this.#ports.inCall() && this.#isWanted() && this.#isQuick();
    if (soon || this.#mayUseVideo() || this.#picturesBps())
      untracked(() => void this.#ports.devices.open({ camera: true }));
  }

  #isQuick(): boolean {
    const rtt_ms = this.#ports.connection.rttMs.peek();
    return rtt_ms !== null && rtt_ms < QUICK_LINK_MS;
  }
}

/** A link below 80 kbit/s, over which no camera is permitted, has a longer round trip than this. */
const QUICK_LINK_MS = 150;
