/**
 * Decides if the staff of a post is at its shared tablet, and what the gate before patients' texts shows. It has no screen and
 * no storage: `staff.ts` connects it to the page, and `PinGate.tsx` draws it.
 */

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

/** The surroundings of the tablet; all but `wallClock` are read like signals. */
export interface Surroundings {
  /** The time in milliseconds that never steps, refreshed each second. It may stand still while the tablet sleeps. */
  now(): number;
  /** The time in milliseconds since 1970, by which a sleep is noticed. */
  wallClock(): number;
  /** True while the post is in a consultation. */
  inCall(): boolean;
}

/** The presence of the staff: proven by a PIN or a consultation, until nobody has touched the screen for two minutes. */
export class StaffPresence {
  readonly #around: Surroundings;
  /** The last proof or touch by both clocks; null if there was none since the start of the page. */
  readonly #seen = signal<{ at: number; wall: number } | null>(null);
  /** True while patients' texts may be shown. */
  readonly isHere: ReadonlySignal<boolean> = computed(() => this.#around.inCall() || this.#wasSeen());

  constructor(around: Surroundings) {
    this.#around = around;
    let before = false;
    effect(() => {
      const ended = before && !around.inCall();
      before = around.inCall();
      if (ended) this.came();
    });
  }

  /** The staff has shown itself. */
  came(): void {
    this.#seen.value = { at: this.#around.now(), wall: this.#around.wallClock() };
  }

  /** Somebody touched the screen. That prolongs a presence, and begins none. */
  touched(): void {
    if (this.#around.inCall() || this.#wasSeen()) this.came();
  }

  #wasSeen(): boolean {
    const [now, wall, seen] = [this.#around.now(), this.#around.wallClock(), this.#seen.value];
    return seen !== null && now - seen.at < IDLE_MS && Math.abs(wall - seen.wall) < IDLE_MS;
  }
}

/** What the gate knows. */
export interface GateState {
  /** True if the tablet has a PIN. */
  isSet: boolean;
  isHere: boolean;
  /** True for texts that the staff has before it: they are shown while no PIN is set. */
  evenUnset: boolean;
  /** True if a first PIN may be chosen. */
  mayChoose: boolean;
  /** True after "forgotten" was pressed. */
  forgotten: boolean;
  /** True if an operator's enrolment code was accepted here since. */
  enrolled: boolean;
}

/** `open`: the texts · `offer`: the texts, and a first PIN beside them · `choose`, `code` and `ask` show no text. */
export type Gate = "open" | "offer" | "choose" | "code" | "ask";

/** What the gate shows. */
export function gateOf({ isSet, isHere, evenUnset, mayChoose, forgotten, enrolled }: GateState): Gate {
  if (isSet && isHere) return "open";
  if (!isSet && evenUnset) return mayChoose ? "offer" : "open";
  if (forgotten ? enrolled : !isSet && mayChoose) return "choose";
  return forgotten || !isSet ? "code" : "ask";
}

/** Nobody reads on for longer without a touch, and a tablet left alone shows nothing. */
const IDLE_MS = 2 * 60_000;
