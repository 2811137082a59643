//! The door to the pictures, which every page carries: it loads the rest when a picture is to be sent or has come.

import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { MemberId } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Pictures } from "./pictures.ts";

/** Somebody's slow pictures. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  /** When the one that is shown was taken, on `now()`'s scale. */
  readonly takenAt: ReadonlySignal<number>;
}

/** What a laboratory reads at `window.teranga.pictures`. */
export interface Counters {
  /** Messages, and their bytes without the channel's own headers. */
  received: number;
  bytes: number;
  decoded: number;
  /** Pictures that were never drawn. */
  lost: number;
  /** Messages that were none. */
  bad: number;
  /** Requests for lost pieces and new starts. */
  asked: number;
  /** Of these, for new starts. */
  starts: number;
  lastAgeMs: number;
}

export interface DoorPorts {
  clock: Clock;
  rttMs(): number;
}

/** Messages that wait for the code that reads them. */
const WAITING = 64;

export class PicturesDoor {
  readonly #ports: DoorPorts;
  readonly #shown: Signal<ReadonlyMap<number, Picture>> = signal(new Map());
  readonly #sending = signal(false);
  readonly counters: Counters = {
    received: 0,
    bytes: 0,
    decoded: 0,
    lost: 0,
    bad: 0,
    asked: 0,
    starts: 0,
    lastAgeMs: 0,
  };
  #inside: Pictures | null = null;
  #loading: Promise<void> | null = null;
  #waiting: Uint8Array[] = [];
  #channel: RTCDataChannel | null = null;
  #me: MemberId = 0;
  #paused = false;
  #wanted: { track: MediaStreamTrack; bps: number } | null = null;

  /** Whose pictures are shown, by the low 16 bits of their `MemberId`. */
  readonly shown: ReadonlySignal<ReadonlyMap<number, Picture>> = this.#shown;
  /** Whether our camera goes out as pictures. */
  readonly sending: ReadonlySignal<boolean> = this.#sending;

  constructor(ports: DoorPorts) {
    this.#ports = ports;
    const page = globalThis as { teranga?: { pictures?: Counters } };
    page.teranga = { ...page.teranga, pictures: this.counters };
  }

  of(member: MemberId): Picture | null {
    return this.#shown.value.get(member & 0xffff) ?? null;
  }

  /** The channel of the transport of now, and our place in the room. */
  use(channel: RTCDataChannel | null, me: MemberId): void {
    this.#me = me;
    if (this.#channel && this.#channel !== channel) this.#channel.onmessage = null;
    this.#channel = channel;
    if (channel) {
      channel.binaryType = "arraybuffer";
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer) this.#take(new Uint8Array(data));
      };
    }
    this.#inside?.use(channel, me);
  }

  /** Sends the camera within `bps`; without either nothing. `hidden`: because we do not want to be seen. */
  film(track: MediaStreamTrack | null, bps: number | null, hidden = false): void {
    const before = this.#wanted;
    this.#wanted = track && bps ? { track, bps } : null;
    this.#sending.value = this.#wanted !== null;
    if (this.#paused && this.#wanted) return;
    if (!this.#inside) return void (this.#wanted && this.#load());
    this.#inside.film(this.#wanted?.track ?? null, this.#wanted?.bps ?? 0);
    if (before && !this.#wanted && hidden) this.#inside.hide();
  }

  /** Something else needs the room behind the voice for a while: the last picture stays where it is seen. */
  pause(paused: boolean): void {
    this.#paused = paused;
    const wanted = paused ? null : this.#wanted;
    if (this.#inside) this.#inside.film(wanted?.track ?? null, wanted?.bps ?? 0);
    else if (wanted) this.#load();
  }

  /** Somebody's camera itself is shown: what they sent before is past. */
  forget(member: MemberId): void {
    if (this.of(member)) this.#inside?.forget(member & 0xffff);
  }

  end(): void {
    this.#wanted = null;
    this.#paused = false;
    this.#sending.value = false;
    this.#waiting = [];
    this.#inside?.end();
  }

  #take(bytes: Uint8Array): void {
    if (this.#inside) return this.#inside.take(bytes);
    if (this.#waiting.length < WAITING) this.#waiting.push(bytes);
    this.#load();
  }

  /** Not to be had just now: asked for again with the next picture. */
  #load(): void {
    this.#loading ??= import("./pictures.ts").then(
      ({ Pictures }) => this.#open(new Pictures({ ...this.#ports, shown: this.#shown, counters: this.counters })),
      () => void (this.#loading = null),
    );
  }

  #open(inside: Pictures): void {
    this.#inside = inside;
    inside.use(this.#channel, this.#me);
    if (this.#wanted && !this.#paused) inside.film(this.#wanted.track, this.#wanted.bps);
    for (const bytes of this.#waiting) inside.take(bytes);
    this.#waiting = [];
  }
}
