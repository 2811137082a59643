/**
 * Slow pictures in both directions over one data channel: one sender for our camera, one receiver for each other
 * member. Loaded by `lazy.ts`; the wire format is in `format.ts`.
 */

import { decodable } from "./encoder.ts";
import { type Codec, CODECS, lowBits, read, write } from "./format.ts";
import { type Region, ShownRegion } from "./region.ts";
import { PictureReceiver } from "./receiver.ts";
import { PictureSender } from "./sender.ts";
import type { PictureLink, PictureTools } from "./types.ts";

/** Slow pictures in both directions. */
export class Pictures implements PictureLink {
  readonly #tools: PictureTools;
  readonly #receivers = new Map<number, PictureReceiver>();
  #channel: RTCDataChannel | null = null;
  #me = 0;
  #sender: PictureSender | null = null;
  /** The part of our own picture that is sent. */
  readonly #own = new ShownRegion();
  #track: MediaStreamTrack | null = null;
  #decodable: readonly Codec[] = CODECS;
  #cancel: (() => void) | null = null;
  #cancelEnd = () => {};

  constructor(tools: PictureTools) {
    this.#tools = tools;
    void decodable().then((codecs) => (this.#decodable = codecs));
  }

  use(channel: RTCDataChannel | null, me: number): void {
    this.#channel = channel;
    this.#me = lowBits(me);
  }

  /** Sends the camera within `bps` bits per second; null sends nothing. */
  send(track: MediaStreamTrack | null, bps: number): void {
    if (track) this.#cancelEnd();
    if (track !== this.#track) {
      this.#sender?.close();
      this.#track = track;
      this.#sender = track && new PictureSender(this.#tools.clock, this.#output(), track, this.#me, bps);
      this.#sender?.look(this.#own.region);
    }
    this.#sender?.setBudget(bps);
  }

  /** Asks the others to remove our last picture, because we do not want to be seen. */
  hide(times = END_TIMES): void {
    this.#cancelEnd();
    this.#send(write({ is: "end", from: this.#me }));
    if (times > 1) this.#cancelEnd = this.#tools.clock.after(END_EVERY_MS, () => this.hide(times - 1));
  }

  /** Removes the picture of a member whose camera itself is shown. */
  forget(from: number): void {
    this.#drop(from);
  }

  receive(bytes: Uint8Array): void {
    const { counters, clock } = this.#tools;
    const message = read(bytes);
    counters.received++;
    counters.bytes += bytes.length;
    if (!message) return void counters.bad++;
    if (message.is === "picture") {
      const receiver = this.#receiverOf(message.from);
      receiver?.receive(message, clock.now(), this.#tools.rttMs());
      this.#look();
    } else if (message.is === "end") this.#drop(message.from);
    else if (message.is === "looking") this.#receivers.get(message.from)?.looking(message.region);
    else if (message.to !== this.#me) return;
    else if (message.is === "look") this.#lookAt(message.region);
    else if (message.is === "start") this.#sender?.restart(message.codecs);
    else this.#sender?.resend(message.frame, message.missing);
  }

  /** Somebody wants to see a part of our picture. The answer tells everybody, and a repeated request is answered again. */
  #lookAt(region: Region | null): void {
    if (this.#own.ask(region, this.#tools.clock.now())) this.#sender?.look(region);
    this.#send(write({ is: "looking", from: this.#me, region }));
    this.#look();
  }

  /** Stops sending and removes all pictures. */
  end(): void {
    this.#cancelEnd();
    this.send(null, 0);
    this.#own.ask(null, this.#tools.clock.now());
    for (const from of [...this.#receivers.keys()]) this.#drop(from);
  }

  #output() {
    return {
      buffered: () => (this.#channel?.readyState === "open" ? this.#channel.bufferedAmount : 1),
      send: (bytes: Uint8Array<ArrayBuffer>) => this.#send(bytes),
    };
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    try {
      if (this.#channel?.readyState === "open") this.#channel.send(bytes);
    } catch {
      // The channel has just closed or is full; the receiver asks for a lost picture again.
    }
  }

  #receiverOf(from: number): PictureReceiver | null {
    const known = this.#receivers.get(from);
    if (known) return known;
    if (this.#receivers.size >= SENDERS) return null;
    const receiver: PictureReceiver = new PictureReceiver(this.#tools.clock, this.#tools.counters, () => this.#show(from, receiver));
    this.#receivers.set(from, receiver);
    return receiver;
  }

  #show(from: number, receiver: PictureReceiver): void {
    const { shown } = this.#tools;
    if (this.#receivers.get(from) === receiver && shown.value.get(from) !== receiver)
      shown.value = new Map(shown.value).set(from, receiver);
  }

  #drop(from: number): void {
    this.#receivers.get(from)?.close();
    this.#receivers.delete(from);
    const { shown } = this.#tools;
    if (!shown.value.has(from)) return;
    const rest = new Map(shown.value);
    rest.delete(from);
    shown.value = rest;
  }

  /** Asks for what is missing, now and again until there is nobody to ask. */
  #look(): void {
    const { clock, counters } = this.#tools;
    const now = clock.now();
    let oldest = 0;
    for (const [from, receiver] of this.#receivers) {
      if (now - receiver.heardAt > STALE_MS) this.#drop(from);
      else if (now - receiver.heardAt < SILENT_MS) this.#ask(from, receiver, now);
      if (receiver.frames) oldest = Math.max(oldest, now - receiver.takenAt.value);
    }
    counters.lastAgeMs = Math.round(oldest);
    if (this.#own.isOver(now)) {
      this.#sender?.look(null);
      this.#send(write({ is: "looking", from: this.#me, region: null }));
    }
    this.#cancel ??= this.#receivers.size || this.#own.region ? clock.after(LOOK_MS, () => this.#lookAgain()) : null;
  }

  #lookAgain(): void {
    this.#cancel = null;
    this.#look();
  }

  #ask(to: number, receiver: PictureReceiver, now: number): void {
    const wished = receiver.wish.request(now);
    if (wished) this.#send(write({ is: "look", from: this.#me, to, region: wished.region }));
    for (const request of receiver.requests(now, this.#tools.rttMs())) {
      const who = { from: this.#me, to };
      this.#tools.counters.asked++;
      if (request.is === "start") this.#tools.counters.starts++;
      this.#send(write(request.is === "start" ? { ...who, ...request, codecs: [...this.#decodable] } : { ...who, ...request }));
    }
  }
}

/** The interval between two looks at what is missing. */
const LOOK_MS = 100;
/** A picture older than this is removed, because it says nothing about now. */
const STALE_MS = 30_000;
/** A sender that has been silent for longer is not asked for anything. */
const SILENT_MS = 10_000;
/** The most senders that are received. */
const SENDERS = 8;
/** The channel loses messages, and a lost end would leave an old picture on the screen. */
const END_TIMES = 3;
const END_EVERY_MS = 400;
