//! How much later than just before a voice is played: a link that fell makes it so within a second or two. Not for longer:
//! a player keeps what it once waited for half a minute, and a sender's clock that slipped stays late for ever.

/** What a receiver says of a voice (`getSynchronizationSources`): when it was played last, and what of it, on its own clock. */
export type Played = Pick<RTCRtpSynchronizationSource, "timestamp" | "rtpTimestamp">;

export class Lag {
  #at = 0;
  /** The least lateness of this span and of the one before. */
  #least_ms = [Infinity, Infinity];
  #turned = 0;

  /**
   * By how much the voice has become later, in milliseconds; 0 where none was played since the last look. On a thin link there
   * is one: of several the one that was played last counts.
   */
  look(voices: Played[]): number {
    const last = voices.sort((one, other) => other.timestamp - one.timestamp)[0];
    if (!last || last.timestamp <= this.#at) return 0;
    const at = (this.#at = last.timestamp);
    const late_ms = at - last.rtpTimestamp / TICKS_PER_MS;
    // Another voice has another clock, and each clock turns over once a day.
    if (Math.abs(late_ms - this.#least_ms[0]!) > OTHER_CLOCK_MS) this.#least_ms = [late_ms, late_ms];
    if (at - this.#turned > SPAN_MS) {
      this.#turned = at;
      this.#least_ms = [late_ms, this.#least_ms[0]!];
    }
    this.#least_ms[0] = Math.min(this.#least_ms[0]!, late_ms);
    return late_ms - Math.min(...this.#least_ms);
  }
}

/** RFC 7587 section 4.1. */
const TICKS_PER_MS = 48;
const OTHER_CLOCK_MS = 5000;
const SPAN_MS = 1500;
