/**
 * Offers and answers (RFC 3264), one exchange at a time. Only the page offers, and whatever comes up during an
 * exchange goes into the next offer. It knows no peer connection and no socket; its ports do the work.
 */

import { mediaSections } from "./sdp.ts";

/** The work that a negotiation has done for it. */
export interface NegotiationPorts {
  /** Makes an offer of everything that is wanted now and sets it as the local description. */
  offer(): Promise<string>;
  /** Sends an offer to the server; false if the socket is down, then `repeat` sends it later. */
  send(sdp: string): boolean;
  /** Applies the server's answer. */
  apply(sdp: string): Promise<void>;
  /** Takes a refused offer back. */
  rollback(): Promise<void>;
  /** Applies the last answer again with other parameters; nothing is sent. */
  reapply(): Promise<void>;
  /** The browser has rejected a description, so the two sides no longer agree about the session. */
  failed(): void;
}

type Phase = "idle" | "busy" | "waiting" | "closed";

/** The negotiation of one peer connection. */
export class Negotiation {
  readonly #ports: NegotiationPorts;
  #phase: Phase = "idle";
  #wanted = false;
  #reapply = false;
  #offer: string | null = null;

  constructor(ports: NegotiationPorts) {
    this.#ports = ports;
  }

  /** Asks for an offer. Several requests before it is made become one offer. */
  request(): void {
    this.#wanted = true;
    void this.#next();
  }

  /** Asks for the last answer to be applied again, because local parameters have changed. */
  reapply(): void {
    this.#reapply = true;
    void this.#next();
  }

  /**
   * Takes an answer. One with another number of media sections than the offer belongs to a transport that was given
   * up.
   */
  async answer(sdp: string): Promise<void> {
    if (this.#phase !== "waiting" || mediaSections(sdp) !== mediaSections(this.#offer ?? "")) return;
    await this.#during(() => this.#ports.apply(sdp));
  }

  /** The server refused the offer, so the session stays as it was before. */
  async refused(): Promise<void> {
    if (this.#phase !== "waiting") return;
    await this.#during(() => this.#ports.rollback());
  }

  /**
   * Sends a pending offer again on a new socket, because the old one may have lost it. The server ignores a double.
   */
  repeat(): void {
    if (this.#phase === "waiting" && this.#offer) this.#ports.send(this.#offer);
  }

  close(): void {
    this.#phase = "closed";
  }

  async #next(): Promise<void> {
    if (this.#phase !== "idle") return;
    if (this.#wanted) {
      this.#wanted = this.#reapply = false;
      this.#phase = "busy";
      const offer = await this.#ports.offer().catch(() => null);
      if (!this.#is("busy")) return;
      if (offer === null) return this.#fail();
      this.#offer = offer;
      this.#phase = "waiting";
      this.#ports.send(offer);
    } else if (this.#reapply) {
      this.#reapply = false;
      await this.#during(() => this.#ports.reapply());
    }
  }

  async #during(work: () => Promise<void>): Promise<void> {
    this.#phase = "busy";
    this.#offer = null;
    const done = await work().then(() => true).catch(() => false);
    if (!this.#is("busy")) return;
    if (!done) return this.#fail();
    this.#phase = "idle";
    await this.#next();
  }

  /** Goes back to the last agreement. What was asked for meanwhile is left to whoever renews the session. */
  async #fail(): Promise<void> {
    await this.#ports.rollback().catch(() => undefined); // There is nothing to take back.
    if (!this.#is("busy")) return;
    this.#phase = "idle";
    this.#wanted = this.#reapply = false;
    this.#ports.failed();
  }

  #is(phase: Phase): boolean {
    return this.#phase === phase;
  }
}
