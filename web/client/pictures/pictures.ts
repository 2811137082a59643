//! Pictures both ways over one data channel. Loaded when the first one is to be sent or has come.

import type { Signal } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";
import type { Counters, Picture } from "./lazy.ts";
import { Film } from "./sender.ts";
import { Screen } from "./receiver.ts";
import { readable } from "./encoder.ts";
import { type Codec, CODECS, lowBits, read, write } from "./format.ts";

export interface Tools {
  clock: Clock;
  shown: Signal<ReadonlyMap<number, Picture>>;
  counters: Counters;
  rttMs(): number;
}

const LOOK_MS = 100;
/** A picture that stands for longer says nothing about now. */
const STALE_MS = 30_000;
/** Somebody from whom nothing has come for so long is not asked for anything. */
const SILENT_MS = 10_000;
const SENDERS = 8;
/** The channel loses; an end that is lost would leave an old picture standing. */
const END_TIMES = 3;
const END_EVERY_MS = 400;

export class Pictures {
  readonly #tools: Tools;
  readonly #screens = new Map<number, Screen>();
  #channel: RTCDataChannel | null = null;
  #me = 0;
  #film: Film | null = null;
  #track: MediaStreamTrack | null = null;
  #readable: readonly Codec[] = CODECS;
  #cancel: (() => void) | null = null;
  #cancelEnd = () => {};

  constructor(tools: Tools) {
    this.#tools = tools;
    void readable().then((codecs) => (this.#readable = codecs));
  }

  use(channel: RTCDataChannel | null, me: number): void {
    this.#channel = channel;
    this.#me = lowBits(me);
  }

  /** Sends the camera within `bps`; null: nothing. */
  film(track: MediaStreamTrack | null, bps: number): void {
    if (track) this.#cancelEnd();
    if (track !== this.#track) {
      this.#film?.close();
      this.#track = track;
      this.#film = track && new Film(this.#tools.clock, this.#lane(), track, this.#me, bps);
    }
    this.#film?.setBudget(bps);
  }

  /** We do not want to be seen any more: the last picture shall not stand there. */
  hide(times = END_TIMES): void {
    this.#cancelEnd();
    this.#send(write({ is: "end", from: this.#me }));
    if (times > 1) this.#cancelEnd = this.#tools.clock.after(END_EVERY_MS, () => this.hide(times - 1));
  }

  /** Somebody is seen by their camera itself. */
  forget(from: number): void {
    this.#drop(from);
  }

  take(bytes: Uint8Array): void {
    const { counters, clock } = this.#tools;
    const message = read(bytes);
    counters.received++;
    counters.bytes += bytes.length;
    if (!message) return void counters.bad++;
    if (message.is === "picture") {
      const screen = this.#screenOf(message.from);
      screen?.take(message, clock.now(), this.#tools.rttMs());
      this.#look();
    } else if (message.is === "end") this.#drop(message.from);
    else if (message.to !== this.#me) return;
    else if (message.is === "start") this.#film?.start(message.codecs);
    else this.#film?.again(message.frame, message.missing);
  }

  /** Nobody is seen any more. */
  end(): void {
    this.#cancelEnd();
    this.film(null, 0);
    for (const from of [...this.#screens.keys()]) this.#drop(from);
  }

  #lane() {
    return {
      held: () => (this.#channel?.readyState === "open" ? this.#channel.bufferedAmount : 1),
      send: (bytes: Uint8Array<ArrayBuffer>) => this.#send(bytes),
    };
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    try {
      if (this.#channel?.readyState === "open") this.#channel.send(bytes);
    } catch {
      // It closed in this moment, or is full: a lost picture is asked for again.
    }
  }

  #screenOf(from: number): Screen | null {
    const known = this.#screens.get(from);
    if (known) return known;
    if (this.#screens.size >= SENDERS) return null;
    const screen: Screen = new Screen(this.#tools.counters, () => this.#show(from, screen));
    this.#screens.set(from, screen);
    return screen;
  }

  #show(from: number, screen: Screen): void {
    const { shown } = this.#tools;
    if (this.#screens.get(from) === screen && shown.value.get(from) !== screen)
      shown.value = new Map(shown.value).set(from, screen);
  }

  #drop(from: number): void {
    this.#screens.get(from)?.close();
    this.#screens.delete(from);
    const { shown } = this.#tools;
    if (!shown.value.has(from)) return;
    const rest = new Map(shown.value);
    rest.delete(from);
    shown.value = rest;
  }

  /** Asks for what is missing, now and until there is nobody to ask. */
  #look(): void {
    const { clock, counters } = this.#tools;
    const now = clock.now();
    let oldest = 0;
    for (const [from, screen] of this.#screens) {
      if (now - screen.heardAt > STALE_MS) this.#drop(from);
      else if (now - screen.heardAt < SILENT_MS) this.#ask(from, screen, now);
      if (screen.frames) oldest = Math.max(oldest, now - screen.takenAt.value);
    }
    counters.lastAgeMs = Math.round(oldest);
    this.#cancel ??= this.#screens.size ? clock.after(LOOK_MS, () => this.#lookAgain()) : null;
  }

  #lookAgain(): void {
    this.#cancel = null;
    this.#look();
  }

  #ask(to: number, screen: Screen, now: number): void {
    for (const wish of screen.wishes(now, this.#tools.rttMs())) {
      const who = { from: this.#me, to };
      this.#tools.counters.asked++;
      if (wish.is === "start") this.#tools.counters.starts++;
      this.#send(write(wish.is === "start" ? { ...who, ...wish, codecs: [...this.#readable] } : { ...who, ...wish }));
    }
  }
}
