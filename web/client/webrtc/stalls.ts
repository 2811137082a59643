/**
 * What a transport watches on a thin link: stalls, lateness and queues, in one part that is loaded once the transport is up: a first visit has no
 * link to watch yet.
 */

import type { Clock } from "../platform/clock.ts";
import { DownlinkReports } from "./downlink-reports.ts";
import { type Hold, HeldLink } from "./held-link.ts";
import { JitterBufferMemory, lookAtVoice } from "./jitter-buffer-memory.ts";
import { PlayoutDelay } from "./playout-delay.ts";
import type { VoiceTransform } from "./voice-transform.ts";

/** The surroundings of a watch. */
interface StallPorts {
  clock: Clock;
  voiceTransform: VoiceTransform;
}

/** The watch over the stalls of one transport. */
export class StallWatch {
  readonly link = new HeldLink();
  readonly playout = new PlayoutDelay();
  readonly reports: DownlinkReports;
  readonly #memory = new JitterBufferMemory();

  /** `readStats` reads the browser's statistics, and hands them to the reports. */
  constructor(ports: StallPorts, send: (message: Uint8Array<ArrayBuffer>) => void, readStats: () => Promise<unknown>) {
    this.reports = new DownlinkReports(ports.clock, send);
    this.reports.readsSenderReports = !ports.voiceTransform.isRunning();
    ports.voiceTransform.onqueue = (queue) => void readStats().then(() => this.reports.tell(queue));
  }

  /** Returns what the link does, by the voice that was played last. */
  look(receivers: RTCRtpReceiver[], now: number): Hold {
    const played = receivers.flatMap((receiver) => receiver.getSynchronizationSources());
    const last = played.sort((one, other) => other.timestamp - one.timestamp)[0];
    return this.link.look(last?.timestamp ?? 0, now, (last?.audioLevel ?? 1) < QUIET);
  }

  /** Returns true if a received voice is to get a new jitter buffer now. */
  holdsBack(receivers: RTCRtpReceiver[], report: RTCStatsReport): boolean {
    const look = lookAtVoice(receivers, report);
    return look !== null && this.#memory.update(look);
  }
}

/** The level below which nobody speaks (RFC 6464 with 40 dB below the loudest sound, from 0 to 1). */
const QUIET = 0.01;
