//! Offers and answers, one at a time: only we offer, and what comes up meanwhile goes into the next offer.

/** What a negotiation does to a peer connection and to the wire. */
export interface NegotiationPorts {
  /** Makes an offer of everything wanted now and sets it locally. */
  offer(): Promise<string>;
  /** To the server. False: not connected; `repeat` will say it again. */
  send(sdp: string): boolean;
  /** Applies the server's answer. */
  apply(sdp: string): Promise<void>;
  /** Takes back an offer that was refused. */
  rollback(): Promise<void>;
  /** Applies the last answer once more with other parameters; nothing travels. */
  retune(): Promise<void>;
}

type Phase = "idle" | "busy" | "waiting" | "closed";

export class Negotiation {
  readonly #ports: NegotiationPorts;
  #phase: Phase = "idle";
  #wanted = false;
  #retune = false;
  #offer: string | null = null;

  constructor(ports: NegotiationPorts) {
    this.#ports = ports;
  }

  /** Something is to be offered. Called often, offered once. */
  request(): void {
    this.#wanted = true;
    void this.#next();
  }

  /** Local parameters changed. */
  retune(): void {
    this.#retune = true;
    void this.#next();
  }

  /** An answer with other lines than the offer belongs to a transport that we have given up. */
  async answer(sdp: string): Promise<void> {
    if (this.#phase !== "waiting" || lines(sdp) !== lines(this.#offer ?? "")) return;
    await this.#during(() => this.#ports.apply(sdp));
  }

  /** The server did not take the offer; it stands as it was before. */
  async refused(): Promise<void> {
    if (this.#phase !== "waiting") return;
    await this.#during(() => this.#ports.rollback());
  }

  /** The socket is new: what was under way on the old one may be lost. Saying it twice does no harm. */
  repeat(): void {
    if (this.#phase === "waiting" && this.#offer) this.#ports.send(this.#offer);
  }

  close(): void {
    this.#phase = "closed";
  }

  async #next(): Promise<void> {
    if (this.#phase !== "idle") return;
    if (this.#wanted) {
      this.#wanted = this.#retune = false;
      this.#phase = "busy";
      this.#offer = await this.#ports.offer();
      if (!this.#is("busy")) return;
      this.#phase = "waiting";
      this.#ports.send(this.#offer);
    } else if (this.#retune) {
      this.#retune = false;
      await this.#during(() => this.#ports.retune());
    }
  }

  async #during(work: () => Promise<void>): Promise<void> {
    this.#phase = "busy";
    this.#offer = null;
    await work();
    if (!this.#is("busy")) return;
    this.#phase = "idle";
    await this.#next();
  }

  #is(phase: Phase): boolean {
    return this.#phase === phase;
  }
}

const lines = (sdp: string): number => sdp.match(/^m=/gm)?.length ?? 0;
