/**
 * The page's reports to the server that received voices come late, with the rate that arrives meanwhile. The wire format is
 * that of the server's probe messages in the `media` crate.
 */

import type { Clock } from "../platform/clock.ts";
import type { VoiceQueue } from "./voice-transform.ts";

/** The fields of `getStats` entries that are read here: those of the whole transport, of its path, and of a sender report. */
interface Entry {
  type: string;
  kind?: string;
  timestamp: number;
  remoteTimestamp?: number;
  selected?: boolean;
  bytesReceived?: number;
  packetsReceived?: number;
}

/** The reports of one transport. */
export class DownlinkReports {
  readonly #clock: Clock;
  readonly #send: (message: Uint8Array<ArrayBuffer>) => void;
  /** The time at which a queue was last told; negative when it has passed. */
  #told_ms = -Infinity;
  /** The times of the last looks at the transport, and the bytes that had come by then, with headers. */
  readonly #came: { at_ms: number; bytes: number }[] = [];
  /** The delays of the last sender reports on an arbitrary scale, the newest last. */
  readonly #delays_ms: number[] = [];
  #senderReport_ms = 0;

  /** True if no transform looks at the received packets, as in browsers that know none. */
  readsSenderReports = false;

  constructor(clock: Clock, send: (message: Uint8Array<ArrayBuffer>) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /**
   * Counts what has arrived by now. Without the transform on received voices it also reads their newest sender report (RTCP SR,
   * RFC 3550 section 6.4.1): its delay above the recent minimum is how long the server's packets wait in a queue. That shows 2 to
   * 4 s later, and jitter looks the same.
   */
  report(stats: RTCStatsReport): void {
    let newest: Entry | null = null;
    let [at_ms, bytes, packets, voices] = [0, 0, undefined as number | undefined, 0];
    stats.forEach((entry: Entry) => {
      const { type, timestamp, bytesReceived, packetsReceived } = entry;
      if (type === "inbound-rtp") voices += packetsReceived ?? 0;
      // Firefox counts what came on the pair of candidates only, and its bytes only.
      if ((type === "transport" || entry.selected) && bytesReceived)
        [at_ms, bytes, packets] = [timestamp, bytesReceived, packetsReceived];
      if (type !== "remote-outbound-rtp" || entry.kind !== "audio" || !entry.remoteTimestamp) return;
      if (!newest || timestamp > newest.timestamp) newest = entry;
    });
    if (at_ms) this.#came.push({ at_ms, bytes: bytes + (packets ?? voices) * IP_UDP_BYTES });
    while ((this.#came[1]?.at_ms ?? at_ms) <= at_ms - WINDOW_MS) this.#came.shift();
    if (this.readsSenderReports) this.#judge(newest);
  }

  /**
   * Tells the server of a queue on the downlink, and once that it has passed. On a good link nothing is sent.
   */
  tell([queue_ms, slope]: VoiceQueue): void {
    const now = this.#clock.now();
    const arrived_bps = this.#arrivalRate();
    if (queue_ms ? now - this.#told_ms < LATE_AGAIN_MS || arrived_bps === null : this.#told_ms < 0) return;
    this.#told_ms = queue_ms ? now : -Infinity;
    const message = new DataView(new ArrayBuffer(8));
    message.setUint8(0, LATE);
    message.setInt8(1, slope);
    message.setUint16(2, Math.min(queue_ms, 0xffff));
    message.setUint32(4, Math.min(arrived_bps ?? 0, 0xffffffff));
    this.#send(new Uint8Array(message.buffer));
  }

  #judge(report: Entry | null): void {
    if (!report?.remoteTimestamp || report.timestamp === this.#senderReport_ms) return;
    this.#senderReport_ms = report.timestamp;
    const delay_ms = report.timestamp - report.remoteTimestamp;
    this.#delays_ms.push(delay_ms);
    if (this.#delays_ms.length > REPORTS) this.#delays_ms.shift();
    const queue_ms = Math.round(delay_ms - Math.min(...this.#delays_ms));
    this.tell([queue_ms > LATE_MS ? queue_ms : 0, 0]);
  }

  /** The rate that arrived since the newest look that is old enough; null if there is none, or only one that is too old. */
  #arrivalRate(): number | null {
    const [first, last] = [this.#came[0], this.#came.at(-1)];
    const span_ms = first && last ? last.at_ms - first.at_ms : 0;
    if (span_ms < WINDOW_MS || span_ms > LONGEST_WINDOW_MS) return null;
    return Math.round((Math.max(0, last!.bytes - first!.bytes) * 8000) / span_ms);
  }
}

/** The kind of the message, its first byte. */
const LATE = 4;
/** A queue is told again with every second look of the transform, which is each 500 ms. */
const LATE_AGAIN_MS = 400;
/** The rate that arrives is counted over at least this time, and not over a time in which the link was another one. */
const WINDOW_MS = 400;
const LONGEST_WINDOW_MS = 1500;
/**
 * A delay of sender reports above this is a queue. A packet with 120 ms of sound may take as long to send, and a report
 * waits behind it.
 */
const LATE_MS = 220;
/** The minimum is that of so many sender reports, some 20 s, because clocks drift and slip. */
const REPORTS = 10;
/** Headers of an IPv4 datagram; the browser counts only its content. */
const IP_UDP_BYTES = 28;
