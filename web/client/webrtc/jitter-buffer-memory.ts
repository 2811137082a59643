/**
 * Decides when a voice needs a new jitter buffer. Chromium's remembers a stall, a download or an outage: it goes on
 * holding the voice back for 10 to 20 s after the queue on the link is empty again (adr/0060). Nothing is decided
 * while a queue stands, nor for a voice whose jitter alone needs a long buffer.
 */

/** The part of the browser's knowledge of a voice that is read. `source` is its SSRC. */
export interface VoiceLook {
  source: number;
  /** The time of the last playout, and the RTP timestamp that was played. */
  timestamp: number;
  rtpTimestamp: number;
  /** The sums of `getStats`: seconds that samples waited in the jitter buffer, and the samples that left it. */
  waited_s: number;
  emitted: number;
}

/** The memory of the jitter buffers of one transport. */
export class JitterBufferMemory {
  #before: VoiceLook | null = null;
  #before_ms = 0;
  /** The least delay of the way to us, in this span and in the one before, in milliseconds on an arbitrary scale. */
  #least_ms = [Infinity, Infinity];
  #spanAt = 0;
  /** The usual delay of the jitter buffer. */
  #usual_ms = Infinity;
  /** The times of the first and the last look at which a queue stood on the link; null once its memory is dealt with. */
  #queued: { since: number; at: number } | null = null;

  /** Takes a look, twice a second. Returns true if the voice is to get a new jitter buffer now. */
  update(look: VoiceLook): boolean {
    const before = this.#before;
    this.#before = look;
    if (before?.source !== look.source) this.#forget(look.timestamp);
    // A buffer that was made since the last look counts from 0.
    const played = look.emitted - (before?.emitted ?? 0);
    if (before?.source !== look.source || !(played > 0) || look.timestamp <= before.timestamp) return false;
    const buffer_ms = (1000 * (look.waited_s - before.waited_s)) / played;
    const queue_ms = this.#queue(look, buffer_ms);
    const at = look.timestamp;
    if (queue_ms > QUEUED_MS) this.#queued = { since: this.#queued?.since ?? at, at };
    if (!this.#queued) {
      const usual_ms = Number.isFinite(this.#usual_ms) ? this.#usual_ms : buffer_ms;
      this.#usual_ms = usual_ms + USUAL_SHARE * (buffer_ms - usual_ms);
      return false;
    }
    if (at - this.#queued.since > QUEUE_MOST_MS) this.#forget(at);
    else if (queue_ms <= EMPTY_MS || at - this.#queued.at > REMEMBERED_MS) {
      this.#queued = null;
      return queue_ms <= EMPTY_MS && buffer_ms > this.#usual_ms + EXCESS_MS;
    }
    return false;
  }

  /** Returns by how much the way of the packets, without the jitter buffer, is longer than it was without a queue. */
  #queue({ timestamp, rtpTimestamp }: VoiceLook, buffer_ms: number): number {
    // The mean of the time since the last look is the delay in its middle, which counts in a buffer that fills.
    const filled_ms = this.#queued ? (buffer_ms - this.#before_ms) / 2 : 0;
    this.#before_ms = buffer_ms;
    const way_ms = timestamp - rtpTimestamp / TICKS_PER_MS - buffer_ms - filled_ms;
    // Each RTP clock wraps around once a day.
    if (Math.abs(way_ms - this.#least_ms[0]!) > OTHER_CLOCK_MS) this.#least_ms = [way_ms, way_ms];
    if (!this.#queued) {
      if (timestamp - this.#spanAt > SPAN_MS) {
        this.#spanAt = timestamp;
        this.#least_ms = [way_ms, this.#least_ms[0]!];
      }
      this.#least_ms[0] = Math.min(this.#least_ms[0]!, way_ms);
    }
    return way_ms - Math.min(...this.#least_ms);
  }

  #forget(at: number): void {
    this.#least_ms = [Infinity, Infinity];
    this.#spanAt = at;
    this.#usual_ms = Infinity;
    this.#queued = null;
  }
}

/**
 * The look at the voice that was played last, of those that `receivers` receive; null if the browser tells none of it.
 */
export function lookAtVoice(
  receivers: readonly Pick<RTCRtpReceiver, "getSynchronizationSources">[],
  report: RTCStatsReport,
): VoiceLook | null {
  const sources = receivers.flatMap((receiver) => receiver.getSynchronizationSources());
  const last = sources.sort((one, other) => other.timestamp - one.timestamp)[0];
  let look: VoiceLook | null = null;
  report.forEach((line: RTCInboundRtpStreamStats & { type: string }) => {
    if (line.type !== "inbound-rtp" || !last || line.ssrc !== last.source) return;
    const { source, timestamp, rtpTimestamp } = last;
    look = { source, timestamp, rtpTimestamp, waited_s: line.jitterBufferDelay ?? 0, emitted: line.jitterBufferEmittedCount ?? 0 };
  });
  return look;
}

/** The RTP clock of Opus, 48 kHz (RFC 7587 section 4.1). */
const TICKS_PER_MS = 48;
/** A step larger than this is another clock, not a queue. */
const OTHER_CLOCK_MS = 10_000;
/** The least is taken over one to two spans. */
const SPAN_MS = 20_000;
/** A queue longer than this is remembered by the jitter buffer. */
const QUEUED_MS = 250;
/** With a queue shorter than this the way is as before. */
const EMPTY_MS = 150;
/** The delay above the usual one for which a voice gets a new jitter buffer. The skip is heard, and a smaller one is made up for soon. */
const EXCESS_MS = 80;
/** After this time without such a queue the browser has forgotten it by itself. */
const REMEMBERED_MS = 20_000;
/** A queue that stands for longer is another way. */
const QUEUE_MOST_MS = 120_000;
/** The weight of one look in the usual delay. */
const USUAL_SHARE = 0.25;
