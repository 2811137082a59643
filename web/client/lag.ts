//! How much later than just before a voice is played: a link that fell makes it so within a second or two. Not for longer:
//! a player keeps what it once waited for half a minute, and a sender's clock that slipped stays late for ever.

/** What a receiver says of a voice (`getSynchronizationSources`): when it was played last, and what of it, on its own clock. */
export type Played = Pick<RTCRtpSynchronizationSource, "source" | "timestamp" | "rtpTimestamp">;

interface Voice {
  last: Played;
  /** Of its own clock, in milliseconds since it was first heard. */
  age_ms: number;
  /** The least lateness of this span and of the one before. */
  least_ms: [number, number];
  turned_ms: number;
}

export class Lag {
  readonly #voices = new Map<number, Voice>();

  /** By how much the latest voice that was played since the last look has become later, in milliseconds; 0 where none was. */
  look(voices: Played[]): number {
    return Math.max(0, ...voices.map((played) => this.#late(played)));
  }

  #late(played: Played): number {
    const voice = this.#voices.get(played.source);
    const [passed_ms, said_ms] = voice ? since(voice.last, played) : [0, 0];
    if (!voice || Math.abs(passed_ms - said_ms) > OTHER_CLOCK_MS) {
      const fresh = { last: played, age_ms: 0, least_ms: [played.timestamp, Infinity], turned_ms: played.timestamp };
      this.#voices.set(played.source, fresh as Voice);
      return 0;
    }
    if (passed_ms === 0) return 0;
    voice.last = played;
    voice.age_ms += said_ms;
    const late_ms = played.timestamp - voice.age_ms;
    if (played.timestamp - voice.turned_ms > SPAN_MS) {
      voice.turned_ms = played.timestamp;
      voice.least_ms = [late_ms, voice.least_ms[0]];
    }
    voice.least_ms[0] = Math.min(voice.least_ms[0], late_ms);
    return late_ms - Math.min(...voice.least_ms);
  }
}

/** What has passed between two looks, by our clock and by the voice's, which turns over after a day. */
function since(before: Played, now: Played): [number, number] {
  return [now.timestamp - before.timestamp, ((now.rtpTimestamp - before.rtpTimestamp) | 0) / TICKS_PER_MS];
}

/** RFC 7587 section 4.1. */
const TICKS_PER_MS = 48;
/** A voice that goes on elsewhere is another one. */
const OTHER_CLOCK_MS = 5000;
const SPAN_MS = 1500;
