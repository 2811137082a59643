/**
 * The page's end of the link measurement on the data channel `link`. It sends the packet trains that the server asks
 * for, reports how far apart the server's own packets arrive, and passes on
 * the server's limits for a full uplink. The wire format is that of the server's probe messages in the `media`
 * crate.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";
import type { UplinkLimit } from "./audio-params.ts";

/** The part of an RTCDataChannel that is used here. */
export interface LinkChannel {
  binaryType: BinaryType;
  readyState: RTCDataChannelState;
  onmessage: ((event: MessageEvent) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
}

/** A packet train that is arriving. */
interface Train {
  id: number;
  first: number;
  last: number;
  began_ms: number;
  ended_ms: number;
  cancel: () => void;
}

/** The responder on one data channel. */
export class ProbeResponder {
  readonly #channel: LinkChannel;
  readonly #clock: Clock;
  #train: Train | null = null;
  #silence_ms = -Infinity;
  /** The number of the newest word that a voice is punctual again, of which the server sends copies. */
  #renewal: number | undefined;
  readonly #measuring = signal(true);
  #cancelIdle = () => {};

  /** Called with each limit that the server sets. */
  onlimit: (limit: UplinkLimit) => void = () => undefined;
  /** Called when the server says that it is there; `unheard` if nothing comes from us. */
  onalive: (unheard: boolean) => void = () => undefined;
  /** Called when the server says that a voice is punctual again after a stall. */
  onrenew: () => void = () => undefined;

  /** True while trains are on their way or due soon; other traffic would stand between their packets. */
  readonly measuring: ReadonlySignal<boolean> = this.#measuring;

  constructor(channel: LinkChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    channel.binaryType = "arraybuffer";
    this.#waitForTrains();
    channel.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.#receive(new Uint8Array(data));
    };
  }

  #receive(message: Uint8Array): void {
    const [kind, id = 0, third = 0] = message;
    if (kind === ALIVE) return this.onalive(id > 0);
    if (kind === RENEW) return this.#renew(id);
    this.#waitForTrains();
    if (kind === TRAIN && message.length >= 3) this.#arrived(id, third);
    else if (kind === REQUEST && message.length === 6) this.#sendTrain(id, third, message[4]! * 256 + message[5]!);
    else if (kind === LIMIT && message.length === 4)
      this.onlimit({ ptime_ms: id, audio_bps: (third * 256 + message[3]!) * 100 });
  }

  #renew(id: number): void {
    if (id === this.#renewal) return;
    this.#renewal = id;
    this.onrenew();
  }

  /** Tells the server that nothing comes from it, again and again, and once that something comes again. */
  tellSilence(silent: boolean): void {
    const now = this.#clock.now();
    if (silent ? now - this.#silence_ms < SILENCE_AGAIN_MS : this.#silence_ms === -Infinity) return;
    this.#silence_ms = silent ? now : -Infinity;
    this.send(Uint8Array.of(SILENCE, Number(silent)));
  }

  #waitForTrains(): void {
    this.#cancelIdle();
    this.#measuring.value = true;
    this.#cancelIdle = this.#clock.after(NEXT_TRAIN_MS, () => (this.#measuring.value = false));
  }

  #sendTrain(id: number, packets: number, bytes: number): void {
    for (let index = 0; index < Math.min(packets, PACKETS_MAX); index++) {
      const packet = new Uint8Array(Math.min(Math.max(bytes, 3), BYTES_MAX));
      packet.set([TRAIN, id, index]);
      this.send(packet);
    }
  }

  #arrived(id: number, index: number): void {
    const now_ms = performance.now();
    if (this.#train?.id !== id) {
      this.#train?.cancel();
      const cancel = this.#clock.after(TRAIN_OVER_MS, () => this.#sendResult());
      this.#train = { id, first: index, last: index, began_ms: now_ms, ended_ms: now_ms, cancel };
    }
    const train = this.#train;
    train.last = index;
    train.ended_ms = now_ms;
    if (index === PACKETS - 1) this.#sendResult();
  }

  #sendResult(): void {
    const train = this.#train;
    this.#train = null;
    if (!train) return;
    train.cancel();
    if (train.last <= train.first) return;
    const message = new DataView(new ArrayBuffer(8));
    message.setUint8(0, RESULT);
    message.setUint8(1, train.id);
    message.setUint8(2, train.last - train.first);
    message.setUint32(4, Math.round((train.ended_ms - train.began_ms) * 10));
    this.send(new Uint8Array(message.buffer));
  }

  /** Sends a message if the channel is open. */
  send(message: Uint8Array<ArrayBuffer>): void {
    if (this.#channel.readyState === "open") this.#channel.send(message);
  }
}

/** Kinds of message, the first byte of each. */
const TRAIN = 1;
const REQUEST = 2;
const RESULT = 3;
const LIMIT = 5;
const ALIVE = 6;
const SILENCE = 7;
const RENEW = 8;
/** The number of packets in a train of the server's. */
const PACKETS = 2;
/** Bounds of a train that the server may ask for. */
const PACKETS_MAX = 8;
const BYTES_MAX = 1000;
/** A train whose end is lost is reported without it after this time; the queue of a thin link holds a second. */
const TRAIN_OVER_MS = 1500;
/** The server asks for a train at once, or 3 s after one that was lost. */
const NEXT_TRAIN_MS = 4000;
/** The server believes the word that nothing comes for 1.3 s. */
const SILENCE_AGAIN_MS = 1000;
