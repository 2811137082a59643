/**
 * The trend of a received voice's playout delay: how much later it is played than a moment ago, which shows within a
 * second or two that a queue has grown on the link. It says nothing about slow changes, because a jitter buffer
 * keeps a delay that it once needed for half a minute, and a sender's clock that slipped stays late for good.
 */

/**
 * The part of `getSynchronizationSources` that is read of a voice: the time of its last playout, and its RTP
 * timestamp then.
 */
export type Played = Pick<RTCRtpSynchronizationSource, "timestamp" | "rtpTimestamp">;

/** The trend of the playout delay on one transport. */
export class PlayoutDelay {
  #playedAt = 0;
  /** The least delay of the current span and of the span before, in milliseconds on an arbitrary scale. */
  #least_ms = [Infinity, Infinity];
  #spanAt = 0;

  /**
   * Returns by how many milliseconds the delay has grown above its recent minimum, and 0 if nothing was played since
   * the last call. Of several voices the one that was played last counts.
   */
  update(voices: Played[]): number {
    const last = voices.sort((one, other) => other.timestamp - one.timestamp)[0];
    if (!last || last.timestamp <= this.#playedAt) return 0;
    const at = (this.#playedAt = last.timestamp);
    const delay_ms = at - last.rtpTimestamp / TICKS_PER_MS;
    // Another voice has another clock, and each RTP clock wraps around once a day.
    if (Math.abs(delay_ms - this.#least_ms[0]!) > OTHER_CLOCK_MS) this.#least_ms = [delay_ms, delay_ms];
    if (at - this.#spanAt > SPAN_MS) {
      this.#spanAt = at;
      this.#least_ms = [delay_ms, this.#least_ms[0]!];
    }
    this.#least_ms[0] = Math.min(this.#least_ms[0]!, delay_ms);
    return delay_ms - Math.min(...this.#least_ms);
  }
}

/** The RTP clock of Opus, 48 kHz (RFC 7587 section 4.1). */
const TICKS_PER_MS = 48;
/** A step larger than this is another clock, not a queue. */
const OTHER_CLOCK_MS = 5000;
/** The minimum is taken over one to two spans. */
const SPAN_MS = 1500;
