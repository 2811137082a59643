/**
 * Finds a path again after it broke: ICE restarts while the server is reached, the old candidates once more while it
 * is not, and ICE over TCP where UDP does not pass. Owned by `transport.ts`, whose peer connection it restarts; it
 * never decides whether the transport counts as lost.
 */

import type { Clock } from "../platform/clock.ts";
import { udpCandidates, withoutTcp } from "./sdp.ts";

/** The parts of the transport that recovery uses. */
export interface RecoveryPorts {
  clock: Clock;
  /** True if what is sent now can reach the server. */
  reached(): boolean;
  isLost(): boolean;
  /** Sends a new offer. */
  offer(): void;
  /** Applies the last answer again, because the candidates that it may name have changed. */
  reapply(): void;
}

/** The recovery of one peer connection's path. */
export class IceRecovery {
  readonly #peer: RTCPeerConnection;
  readonly #ports: RecoveryPorts;
  #restartedAt = -Infinity;
  /** UDP did not pass at once, or no longer does, so the browser may learn the TCP candidates and the server's name, too. */
  #mayUseTcp = false;
  /** The number of times that the browser was given the old candidates again. */
  #tries = 0;
  #cancelRestart = () => {};
  #cancelTcp = () => {};

  constructor(peer: RTCPeerConnection, ports: RecoveryPorts) {
    this.#peer = peer;
    this.#ports = ports;
  }

  /**
   * The first answer is here. The TCP candidates follow only if UDP has not passed after a while: the browser keeps
   * a TCP path alive beside the one in use, and its checks pile up in a dead link, 6 kB after 10 s in front of the
   * first words.
   */
  joined(): void {
    this.#cancelTcp();
    this.#cancelTcp = this.#ports.clock.after(TCP_AFTER_MS, () => {
      this.#mayUseTcp = true;
      this.#ports.reapply();
    });
  }

  up(): void {
    this.#cancelRestart();
    this.#cancelTcp();
  }

  /**
   * The path does not answer. The browser still checks it; after a while ICE is restarted. States that a restart
   * itself goes through cause no second one.
   */
  lost(wait_ms = RESTART_AFTER_MS): void {
    this.#cancelRestart();
    const now = this.#ports.clock.now();
    const left_ms = Math.max(wait_ms, this.#restartedAt + RESTART_AGAIN_MS - now);
    this.#cancelRestart = this.#ports.clock.after(left_ms, () => this.restart());
  }

  /** The browser has given up all candidate pairs. */
  failed(answer: string): void {
    if (!this.#ports.reached()) this.#retryOldPath(answer);
  }

  /**
   * Restarts ICE with new credentials and candidates (RFC 8445 section 2.4), again and again while the path is lost.
   * Into a dead link no offer is made, because the old path may come back with the link and would be left for
   * nothing.
   */
  restart(): void {
    if (this.#ports.reached()) {
      this.#restartedAt = this.#ports.clock.now();
      this.#mayUseTcp ||= this.#ports.isLost();
      this.#peer.restartIce();
      this.#ports.offer();
    }
    this.#cancelRestart();
    this.#cancelRestart = this.#ports.clock.after(RESTART_AGAIN_MS, () => {
      if (this.#ports.isLost()) this.restart();
    });
  }

  /** The answer with the candidates that the browser may use now. */
  filter(answer: string): string {
    return this.#mayUseTcp ? answer : withoutTcp(answer);
  }

  /**
   * The browser has taken an answer. If its addresses have not been reached at once, the browser also gets candidates with the name of
   * the server, which was reached by it.
   */
  applied(answer: string): void {
    if (!this.#mayUseTcp) return;
    // A script that does not come leaves the other candidates.
    import("./named-candidates.ts").then(({ namedCandidates }) => this.#add(namedCandidates(answer)), () => undefined);
  }

  close(): void {
    this.#cancelRestart();
    this.#cancelTcp();
  }

  /**
   * Chromium gives up every candidate pair after 15 s without an answer, and checks nothing any more. It starts
   * again with a candidate that it does not know, so it gets the server's under another foundation. Ports and
   * credentials stay, and nothing has to be sent over the dead link.
   */
  #retryOldPath(answer: string): void {
    this.#tries++;
    this.#add(udpCandidates(answer, `again${this.#tries}`));
  }

  #add(candidates: string[]): void {
    for (const candidate of candidates)
      this.#peer.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => undefined); // Closed meanwhile, or a name that the browser refuses.
  }
}

/** Two round trips over a satellite for the connectivity checks, and one lost check. */
const TCP_AFTER_MS = 2500;
/** Time in which the browser may find the old path again by itself. */
const RESTART_AFTER_MS = 1500;
/** A round trip over the slowest link for the offer, and time for the checks. */
const RESTART_AGAIN_MS = 4000;
