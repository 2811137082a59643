/**
 * Notices that a voice gets stuck in its encoded transform: then it is mute, although its packets come or its microphone
 * runs. A worker can end, and an error can end one stream of it; no browser tells of either.
 */

/** The statistics that are read here. */
interface Line {
  id: string;
  type: string;
  kind?: string;
  packetsReceived?: number;
  totalSamplesReceived?: number;
  jitterBufferEmittedCount?: number;
  mediaSourceId?: string;
  packetsSent?: number;
  totalSamplesDuration?: number;
}

/** A look at one transform: what has come out of it, what has gone into it (packets, or seconds of sound), and the samples that were played. */
interface Passed {
  out: number;
  into: number;
  played: number;
  at: number;
}

/** The watch over the transforms of one transport. */
export class TransformGuard {
  readonly #voices = new Map<string, Passed>();
  #renewals = 0;
  #renewedAt = -Infinity;

  /** Takes a look while the path is up. Returns true if the transforms are to be renewed now. */
  isStuck(report: RTCStatsReport, now: number): boolean {
    let isStuck = false;
    report.forEach((line: Line) => {
      if (line.kind !== "audio") return;
      if (line.type === "inbound-rtp") isStuck = this.#received(line, now) || isStuck;
      else if (line.type === "outbound-rtp") isStuck = this.#sent(line, report.get(line.mediaSourceId ?? ""), now) || isStuck;
    });
    if (!isStuck || this.#renewals >= RENEWALS || now - this.#renewedAt < AGAIN_MS) return false;
    this.#renewals++;
    this.#renewedAt = now;
    return true;
  }

  /** Packets come, the browser plays, and the jitter buffer gives nothing but what it makes up. */
  #received({ id, packetsReceived: into = 0, jitterBufferEmittedCount: out, totalSamplesReceived: played = 0 }: Line, now: number): boolean {
    const before = this.#since(id, { out: out ?? 0, into, played, at: now });
    return out !== undefined && into - before.into >= PACKETS && played - before.played >= SAMPLES && now - before.at >= STUCK_MS;
  }

  /** The microphone runs, and nothing is sent: even a pause has a packet each 400 ms (RFC 7587 section 3.1.3). */
  #sent({ id, packetsSent: out = 0 }: Line, source: Line | undefined, now: number): boolean {
    const into = source?.totalSamplesDuration ?? 0;
    const before = this.#since(id, { out, into, played: 0, at: now });
    return into - before.into >= STUCK_MS / 1000 && now - before.at >= STUCK_MS;
  }

  /** Returns the last look before something went in that did not come out. */
  #since(id: string, look: Passed): Passed {
    const before = this.#voices.get(id);
    if (before && before.out === look.out && before.into < look.into) return before;
    this.#voices.set(id, look);
    return look;
  }
}

/** A voice from which nothing comes for so long is stuck. A jitter buffer in trouble gives something sooner. */
const STUCK_MS = 2000;
/** The packets that come in this time even in a pause, less one that is lost. */
const PACKETS = 4;
/** A second at 48 kHz: a page that plays nothing takes nothing from its jitter buffers. */
const SAMPLES = 48_000;
/** A renewal that changes nothing shows another cause, so there are few of them. */
const AGAIN_MS = 10_000;
const RENEWALS = 3;
