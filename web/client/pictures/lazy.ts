/**
 * The part of the slow pictures that every page carries. It loads the rest (`pictures.ts`) when a picture is to be
 * sent or has come, and keeps what happens until then.
 */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { MemberId } from "../../protocol/messages.ts";
import type { Counters, Picture, PictureLink, PicturePorts } from "./types.ts";

/** Slow pictures whose code is loaded when it is needed. */
export class LazyPictures {
  readonly #ports: PicturePorts;
  readonly #shown: Signal<ReadonlyMap<number, Picture>> = signal(new Map());
  readonly #sending = signal(false);
  readonly counters: Counters = {
    received: 0,
    bytes: 0,
    decoded: 0,
    drawn: 0,
    longestStillMs: 0,
    lost: 0,
    bad: 0,
    asked: 0,
    starts: 0,
    lastAgeMs: 0,
  };
  #link: PictureLink | null = null;
  #loading: Promise<void> | null = null;
  #waiting: Uint8Array[] = [];
  #channel: RTCDataChannel | null = null;
  #me: MemberId = 0;
  #paused = false;
  #wanted: { track: MediaStreamTrack; bps: number } | null = null;

  /** The pictures that are shown, by the low 16 bits of their sender's `MemberId`. */
  readonly shown: ReadonlySignal<ReadonlyMap<number, Picture>> = this.#shown;
  /** True while our camera is sent as slow pictures. */
  readonly sending: ReadonlySignal<boolean> = this.#sending;

  constructor(ports: PicturePorts) {
    this.#ports = ports;
    const page = globalThis as { teranga?: { pictures?: Counters } };
    page.teranga = { ...page.teranga, pictures: this.counters };
  }

  of(member: MemberId): Picture | null {
    return this.#shown.value.get(member & 0xffff) ?? null;
  }

  /** Sets the data channel of the current transport, and our id in the room. */
  use(channel: RTCDataChannel | null, me: MemberId): void {
    this.#me = me;
    if (this.#channel && this.#channel !== channel) this.#channel.onmessage = null;
    this.#channel = channel;
    if (channel) {
      channel.binaryType = "arraybuffer";
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data instanceof ArrayBuffer) this.#receive(new Uint8Array(data));
      };
    }
    this.#link?.use(channel, me);
  }

  /**
   * Sends the camera within `bps` bits per second; without either, nothing. `hidden`: the user does not want to be
   * seen.
   */
  send(track: MediaStreamTrack | null, bps: number | null, hidden = false): void {
    const before = this.#wanted;
    this.#wanted = track && bps ? { track, bps } : null;
    this.#sending.value = this.#wanted !== null;
    if (this.#paused && this.#wanted) return;
    if (!this.#link) return void (this.#wanted && this.#load());
    this.#link.send(this.#wanted?.track ?? null, this.#wanted?.bps ?? 0);
    if (before && !this.#wanted && hidden) this.#link.hide();
  }

  /** Stops sending for a while, because a photo needs the capacity; the last picture stays on the others' screens. */
  pause(paused: boolean): void {
    this.#paused = paused;
    const wanted = paused ? null : this.#wanted;
    if (this.#link) this.#link.send(wanted?.track ?? null, wanted?.bps ?? 0);
    else if (wanted) this.#load();
  }

  /** Removes a member's slow picture, because their camera itself is shown. */
  forget(member: MemberId): void {
    if (this.of(member)) this.#link?.forget(member & 0xffff);
  }

  end(): void {
    this.#wanted = null;
    this.#paused = false;
    this.#sending.value = false;
    this.#waiting = [];
    this.#link?.end();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#link) return this.#link.receive(bytes);
    if (this.#waiting.length < WAITING) this.#waiting.push(bytes);
    this.#load();
  }

  /** Loads the rest; if that fails, the next picture tries again. */
  #load(): void {
    this.#loading ??= import("./pictures.ts").then(
      ({ Pictures }) => this.#open(new Pictures({ ...this.#ports, shown: this.#shown, counters: this.counters })),
      () => void (this.#loading = null),
    );
  }

  #open(link: PictureLink): void {
    this.#link = link;
    link.use(this.#channel, this.#me);
    if (this.#wanted && !this.#paused) link.send(this.#wanted.track, this.#wanted.bps);
    for (const bytes of this.#waiting) link.receive(bytes);
    this.#waiting = [];
  }
}

/** Messages that are kept until the code that reads them is loaded. */
const WAITING = 64;
