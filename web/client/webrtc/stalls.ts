/**
 * What a transport watches on a thin link: stalls, lateness, queues, voices that are stuck in their transform, and a call that goes by
 * TCP. It is loaded once the transport is up, because a first visit has no link to watch yet.
 */

import type { Clock } from "../platform/clock.ts";
import { DownlinkReports } from "./downlink-reports.ts";
import { type Hold, HeldLink } from "./held-link.ts";
import { JitterBufferMemory, lookAtVoice } from "./jitter-buffer-memory.ts";
import { PlayoutDelay } from "./playout-delay.ts";
import { TransformGuard } from "./transform-guard.ts";
import { UdpRetry } from "./udp-retry.ts";
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
  readonly udpRetry: UdpRetry;
  readonly #memory = new JitterBufferMemory();
  readonly #guard = new TransformGuard();
  readonly #ports: StallPorts;
  #hold: Hold = "open";

  /** `readStats` reads the browser's statistics, and hands them to the reports. */
  constructor(ports: StallPorts, send: (message: Uint8Array<ArrayBuffer>) => void, readStats: () => Promise<unknown>) {
    this.#ports = ports;
    // The transform is one for all transports, and the one before may have ended while the link stood still.
    ports.voiceTransform.setHeld(false);
    this.udpRetry = new UdpRetry(ports.clock);
    this.reports = new DownlinkReports(ports.clock, send);
    ports.voiceTransform.onqueue = (queue) => {
      if (!queue) return this.link.noteStale(ports.clock.now());
      // A transport that is closed meanwhile has no statistics.
      void readStats().then(() => this.reports.tell(queue), () => undefined);
    };
  }

  /** Returns what the link does, by the voice that was played last. */
  look(receivers: RTCRtpReceiver[], now: number): Hold {
    // A worker that came after a media section was made does not look at its packets.
    this.reports.readsSenderReports = !receivers.some(({ transform }) => transform);
    const played = receivers.flatMap((receiver) => receiver.getSynchronizationSources());
    const last = played.sort((one, other) => other.timestamp - one.timestamp)[0];
    const hold = this.link.look(last?.timestamp ?? 0, now, (last?.audioLevel ?? 1) < QUIET);
    if (hold !== this.#hold) this.#ports.voiceTransform.setHeld(hold !== "open");
    return (this.#hold = hold);
  }

  /**
   * Gives the voices a new worker if one of them is stuck in the transform, while the path is up. The media sections keep a
   * transform, because Chromium mutes a voice whose transform is taken away. Returns null if nothing is to be done.
   */
  renewTransform(lines: readonly RTCRtpTransceiver[], report: RTCStatsReport): Promise<void> | null {
    const { clock, voiceTransform } = this.#ports;
    const transformed = lines.filter(({ receiver }) => receiver.transform);
    if (!transformed.length || !this.#guard.isStuck(report, clock.now())) return null;
    return voiceTransform.load(true).then(() => transformed.forEach((line) => voiceTransform.attach(line)));
  }

  /** Returns true if a received voice is to get a new jitter buffer now. */
  holdsBack(receivers: RTCRtpReceiver[], report: RTCStatsReport): boolean {
    const look = lookAtVoice(receivers, report);
    return look !== null && this.#memory.update(look);
  }
}

/** The level below which nobody speaks (RFC 6464 with 40 dB below the loudest sound, from 0 to 1). */
const QUIET = 0.01;
