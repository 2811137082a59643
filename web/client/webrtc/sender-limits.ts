/**
 * The limits on what this page sends now: the server's `caps`, and below them a temporary limit while packets queue
 * on our uplink. Owned by `transport.ts`, which applies every change to its senders.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Caps } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { limited, paramsOf, sameParams, type UplinkLimit } from "./audio-params.ts";

/** The limits of one transport. */
export class SenderLimits {
  readonly #clock: Clock;
  readonly #apply: (audioChanged: boolean) => void;
  readonly #limit = signal<UplinkLimit | null>(null);
  #caps: Caps | null = null;
  #cancel = () => {};

  /** The temporary limit; null if there is none. */
  readonly limit: ReadonlySignal<UplinkLimit | null> = this.#limit;

  /**
   * `apply` runs after each change; its argument is true if the voice's parameters in the answer must change, too.
   */
  constructor(clock: Clock, apply: (audioChanged: boolean) => void) {
    this.#clock = clock;
    this.#apply = apply;
  }

  /** The server's last word; null before its first. */
  get caps(): Caps | null {
    return this.#caps;
  }

  /** The caps that hold now, with the temporary limit applied; null before the server's first. */
  get allowed(): Caps | null {
    const limit = this.#limit.value;
    return this.#caps && limit ? limited(this.#caps, limit) : this.#caps;
  }

  setCaps(caps: Caps): void {
    this.#change(caps, this.#limit.value);
  }

  /** Limits the uplink for `duration_ms` from now on; a later limit replaces an earlier one. */
  limitFor(duration_ms: number, limit: UplinkLimit): void {
    this.#cancel();
    this.#cancel = this.#clock.after(duration_ms, () => this.#change(this.#caps, null));
    this.#change(this.#caps, limit);
  }

  close(): void {
    this.#cancel();
  }

  #change(caps: Caps | null, limit: UplinkLimit | null): void {
    const before = paramsOf(this.allowed);
    this.#caps = caps;
    this.#limit.value = limit;
    this.#apply(!sameParams(before, paramsOf(this.allowed)));
  }
}
