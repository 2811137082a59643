//! The page's end of the link's measurement: sends the trains that the server asks for, tells how far apart the server's
//! own arrive, and says when everything comes late. The format is that of `media/src/probe.rs`.

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Clock } from "../platform/clock.ts";

export interface LinkChannel {
  binaryType: BinaryType;
  readyState: RTCDataChannelState;
  onmessage: ((event: MessageEvent) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
}

const TRAIN = 1;
const REQUEST = 2;
const RESULT = 3;
const LATE = 4;
const HUSH = 5;
const PACKETS_MAX = 8;
const BYTES_MAX = 1000;
/** A train whose end is lost is reported without it after this: the queue of a thin link holds a second. */
const TRAIN_OVER_MS = 1500;
/** A train that is wanted comes at once, or 3 s after one that was lost. */
const NEXT_TRAIN_MS = 4000;
/** Later than this is late; said at most once in a while. */
const LATE_MS = 150;
const LATE_AGAIN_MS = 500;
/** Headers of a datagram, of IPv4: the browser counts what is in it. */
const IP_UDP_BYTES = 28;
/** The least lateness is that of so many reports, some 20 s: clocks drift and slip. */
const REPORTS = 10;

/** Our way up is full: only the voice, like this. */
export interface Hush {
  ptime_ms: number;
  audio_bps: number;
}

interface Train {
  id: number;
  first: number;
  last: number;
  began_ms: number;
  ended_ms: number;
  cancel: () => void;
}

/** Of `getStats`: a sender report, and what all of the transport has received. */
interface Entry {
  type: string;
  kind?: string;
  timestamp: number;
  remoteTimestamp?: number;
  bytesReceived?: number;
  packetsReceived?: number;
}

export class LinkMeter {
  readonly #channel: LinkChannel;
  readonly #clock: Clock;
  #train: Train | null = null;
  /** How late the last reports came, the newest last. */
  readonly #lates_ms: number[] = [];
  #told_ms = -Infinity;
  /** When the transport was looked at last, and what had come until then, headers included. */
  #seen = { at_ms: 0, bytes: 0 };
  #reported_ms = 0;
  readonly #measuring = signal(true);
  #cancelRest = () => {};

  onhush: (hush: Hush) => void = () => undefined;

  /** Trains are under way, or soon: what else is sent would stand between their packets. */
  readonly measuring: ReadonlySignal<boolean> = this.#measuring;

  constructor(channel: LinkChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    channel.binaryType = "arraybuffer";
    this.#rest();
    channel.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.#heard(new Uint8Array(data));
    };
  }

  /**
   * Looks at the newest sender report of a voice: how much later than at best it came says how long the server's packets
   * wait on their way. Costs nothing on the wire while all is well.
   */
  look(report: RTCStatsReport): void {
    const arrived_bps = this.#arriving(report);
    let newest: Entry | null = null;
    report.forEach((entry: Entry) => {
      if (entry.type !== "remote-outbound-rtp" || entry.kind !== "audio" || !entry.remoteTimestamp) return;
      if (!newest || entry.timestamp > newest.timestamp) newest = entry;
    });
    this.#judge(newest, arrived_bps);
  }

  #arriving(report: RTCStatsReport): number {
    let seen = this.#seen;
    report.forEach(({ type, timestamp, bytesReceived = 0, packetsReceived = 0 }: Entry) => {
      const bytes = bytesReceived + packetsReceived * IP_UDP_BYTES;
      if (type === "transport") seen = { at_ms: timestamp, bytes };
    });
    const { at_ms, bytes } = this.#seen;
    this.#seen = seen;
    return seen.at_ms > at_ms ? (Math.max(0, seen.bytes - bytes) * 8000) / (seen.at_ms - at_ms) : 0;
  }

  #judge(report: Entry | null, arrived_bps: number): void {
    if (!report?.remoteTimestamp || report.timestamp === this.#reported_ms) return;
    this.#reported_ms = report.timestamp;
    const late_ms = report.timestamp - report.remoteTimestamp;
    this.#lates_ms.push(late_ms);
    if (this.#lates_ms.length > REPORTS) this.#lates_ms.shift();
    const queue_ms = Math.round(late_ms - Math.min(...this.#lates_ms));
    const now = this.#clock.now();
    if (queue_ms <= LATE_MS || now - this.#told_ms < LATE_AGAIN_MS) return;
    this.#told_ms = now;
    const message = new DataView(new ArrayBuffer(8));
    message.setUint8(0, LATE);
    message.setUint16(2, Math.min(queue_ms, 0xffff));
    message.setUint32(4, Math.min(Math.round(arrived_bps), 0xffffffff));
    this.#send(new Uint8Array(message.buffer));
  }

  #heard(message: Uint8Array): void {
    const [kind, id = 0, third = 0] = message;
    this.#rest();
    if (kind === TRAIN && message.length >= 3) this.#arrived(id, third);
    else if (kind === REQUEST && message.length === 6) this.#answer(id, third, message[4]! * 256 + message[5]!);
    else if (kind === HUSH && message.length === 4)
      this.onhush({ ptime_ms: id, audio_bps: (third * 256 + message[3]!) * 100 });
  }

  #rest(): void {
    this.#cancelRest();
    this.#measuring.value = true;
    this.#cancelRest = this.#clock.after(NEXT_TRAIN_MS, () => (this.#measuring.value = false));
  }

  #answer(id: number, packets: number, bytes: number): void {
    for (let index = 0; index < Math.min(packets, PACKETS_MAX); index++) {
      const packet = new Uint8Array(Math.min(Math.max(bytes, 3), BYTES_MAX));
      packet.set([TRAIN, id, index]);
      this.#send(packet);
    }
  }

  #arrived(id: number, index: number): void {
    const now_ms = performance.now();
    if (this.#train?.id !== id) {
      this.#train?.cancel();
      const cancel = this.#clock.after(TRAIN_OVER_MS, () => this.#tell());
      this.#train = { id, first: index, last: index, began_ms: now_ms, ended_ms: now_ms, cancel };
    }
    const train = this.#train;
    train.last = index;
    train.ended_ms = now_ms;
    if (index === PACKETS - 1) this.#tell();
  }

  #tell(): void {
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
    this.#send(new Uint8Array(message.buffer));
  }

  #send(message: Uint8Array<ArrayBuffer>): void {
    if (this.#channel.readyState === "open") this.#channel.send(message);
  }
}

/** As many as the server sends in a train. */
const PACKETS = 2;
