/** The types that the two ends of the slow pictures, the loader and the screens share. */

import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";
import type { Region } from "./region.ts";

/** The slow pictures of one member. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  /** The time at which the shown picture was taken, on the scale of `now()`. */
  readonly takenAt: ReadonlySignal<number>;
  /** The part of the camera's picture that it shows; null for all of it. */
  readonly region: ReadonlySignal<Region | null>;
  /** The part that we wish for; null for none, or if somebody else wished for another one later. */
  readonly wished: ReadonlySignal<Region | null>;
  /** Asks for a part, which then has all pixels to itself, or for the whole again. */
  look(region: Region | null): void;
}

/** Counters for measurements, readable at `window.teranga.pictures`. */
export interface Counters {
  /** Messages received, and their bytes without the channel's own headers. */
  received: number;
  bytes: number;
  decoded: number;
  /** Pictures that a person could see: those that were on the screen when the browser painted it. */
  drawn: number;
  /** The longest time between two of them. A measurement may set it to 0. */
  longestStillMs: number;
  /** Pictures that were never drawn. */
  lost: number;
  /** Messages that could not be read. */
  bad: number;
  /** Requests for lost pieces and for new starts. */
  asked: number;
  /** Requests for new starts alone. */
  starts: number;
  lastAgeMs: number;
}

/** The means of the page that the pictures use. */
export interface PicturePorts {
  clock: Clock;
  /** The round trip to the server in milliseconds. */
  rttMs(): number;
}

/** The means that the loader hands to the code that it has loaded. */
export interface PictureTools extends PicturePorts {
  /** The pictures that are shown, by the low 16 bits of their sender's `MemberId`. */
  shown: Signal<ReadonlyMap<number, Picture>>;
  counters: Counters;
}

/** Slow pictures in both directions, as the loader uses them. */
export interface PictureLink {
  use(channel: RTCDataChannel | null, me: number): void;
  send(track: MediaStreamTrack | null, bps: number): void;
  hide(): void;
  forget(from: number): void;
  receive(bytes: Uint8Array): void;
  end(): void;
}
