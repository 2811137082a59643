//! Pure: whether our own microphone gives sound at all, from what the browser counts before it encodes.
//!
//! getStats needs no AudioContext, which sleeps until somebody touches the page, and misses no sample between two looks.

/** What getStats says of a source of sound: energy and duration, both since its beginning. */
export interface Source {
  energy: number;
  duration_s: number;
}

export class OwnVoice {
  #before: Source | null = null;
  /** When there was sound last, or we began to listen for it. */
  #soundAt: number | null = null;
  #dead = false;

  /** Whether it is dead; without a source that can be seen nothing is known, and nothing is said. */
  look(now: number, source: Source | null): boolean {
    const before = this.#before;
    this.#before = source;
    if (!source) return this.rest();
    if (this.#soundAt === null || !before || hasSound(before, source)) this.#soundAt = now;
    this.#dead = now - this.#soundAt >= DEAD_AFTER_MS;
    return this.#dead;
  }

  /** Muted, or another device: what was heard says nothing any more. */
  rest(): false {
    this.#before = null;
    this.#soundAt = null;
    this.#dead = false;
    return false;
  }
}

/** A source that stands still gives no sound either; one that was counted anew is another. */
function hasSound(before: Source, source: Source): boolean {
  const seconds = source.duration_s - before.duration_s;
  if (seconds < 0) return true;
  return seconds > 0 && (source.energy - before.energy) / seconds > DEAD_POWER;
}

/** Of full scale, as power. */
const DEAD_POWER = 10 ** (-84 / 10);
const DEAD_AFTER_MS = 5000;
