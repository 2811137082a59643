/**
 * What a transport watches for stalls of its link, in one part that is loaded once the transport is up: a first visit has no
 * link to watch yet.
 */

import { HeldLink } from "./held-link.ts";
import { JitterBufferMemory, lookAtVoice } from "./jitter-buffer-memory.ts";
import { PlayoutDelay } from "./playout-delay.ts";

/** The watch over the stalls of one transport. */
export class StallWatch {
  readonly link = new HeldLink();
  readonly playout = new PlayoutDelay();
  readonly #memory = new JitterBufferMemory();

  /** Returns true if a received voice is to get a new jitter buffer now. */
  holdsBack(receivers: RTCRtpReceiver[], report: RTCStatsReport): boolean {
    const look = lookAtVoice(receivers, report);
    return look !== null && this.#memory.update(look);
  }
}
