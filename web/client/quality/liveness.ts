/**
 * Checks that the link is alive during a call, while the socket sends heartbeats seldom. If neither a media packet
 * nor a message comes for a while, one heartbeat is sent out of turn; if that is not answered, the link is lost.
 */

import type { Clock } from "../platform/clock.ts";

/** The socket, as far as the check needs it. */
export interface LivenessPorts {
  /** The time of the server's last message. */
  readonly heardAt: number;
  /** The last round trip in milliseconds; null before the first. */
  rtt(): number | null;
  /** Sends one heartbeat out of turn. */
  ping(): void;
  /** Nothing answers: the link is lost. */
  lost(): void;
}

/** The liveness of the link during calls. */
export class Liveness {
  readonly #clock: Clock;
  readonly #link: LivenessPorts;
  #packetAt: number | null = null;
  #pingedAt: number | null = null;
  /**
   * No media packet has come yet, or a ping was answered and still none comes. Nobody speaks, which proves nothing.
   */
  #alone = true;

  constructor(clock: Clock, link: LivenessPorts) {
    this.#clock = clock;
    this.#link = link;
  }

  /**
   * Takes the time of the last media packet. Returns the time in milliseconds after which to call again, at the
   * latest.
   */
  update(packetAt: number): number {
    const now = this.#clock.now();
    const heardAt = Math.max(packetAt, this.#link.heardAt);
    if (this.#packetAt !== null && packetAt > this.#packetAt) this.#alone = false;
    this.#packetAt = packetAt;
    if (this.#pingedAt !== null && heardAt >= this.#pingedAt) {
      this.#alone ||= packetAt < this.#pingedAt;
      this.#pingedAt = null;
    }
    if (this.#pingedAt === null) {
      const left_ms = heardAt + PING_AFTER_MS - now;
      return left_ms > 0 ? left_ms : this.#ping(now);
    }
    const left_ms = this.#pingedAt + this.#timeout_ms() - now;
    if (left_ms > 0) return left_ms;
    if (left_ms < -OVERSLEPT_MS) return this.#ping(now);
    this.reset();
    this.#link.lost();
    return PING_AFTER_MS;
  }

  /** Another call begins, in which nobody has been heard. */
  begin(): void {
    this.#packetAt = null;
    this.#alone = true;
    this.reset();
  }

  /** Forgets a pending ping, because there is nothing to check now. */
  reset(): void {
    this.#pingedAt = null;
  }

  #ping(now: number): number {
    this.#pingedAt = now;
    this.#link.ping();
    return this.#timeout_ms();
  }

  #timeout_ms(): number {
    if (this.#alone) return ALONE_MS;
    const rtt_ms = this.#link.rtt() ?? TIMEOUT_MAX_MS;
    return Math.min(TIMEOUT_MAX_MS, Math.max(TIMEOUT_MIN_MS, 1.25 * rtt_ms));
  }
}

/**
 * A silent speaker still sends a packet each 400 ms: one may be lost, and the next comes before the ping times out.
 */
const PING_AFTER_MS = 700;
const TIMEOUT_MIN_MS = 700;
const TIMEOUT_MAX_MS = 1500;
/** If nobody is heard, the answer is the only sign, and TCP may have to repeat it. */
const ALONE_MS = 1800;
/** A call of `update` this late means that the page slept and has not read its messages yet. */
const OVERSLEPT_MS = 500;
