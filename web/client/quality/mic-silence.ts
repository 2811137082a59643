//! Pure: whether our own microphone gives sound at all.
//!
//! What the browser counts before it encodes (getStats) tells of sound, and cannot tell of its absence: a quiet room whose
//! noise was suppressed was measured at -99 dB, digital silence with the comfort noise of the echo canceller at -78. So when
//! nothing is heard for a while the bare microphone is listened to for a moment, where the two lie 20 dB apart.

/** What getStats says of a source of sound: energy and duration, both since its beginning. */
export interface Source {
  energy: number;
  duration_s: number;
}

export class OwnVoice {
  #before: Source | null = null;
  #listenAt: number | null = null;
  #pause_ms = QUIET_MS;
  #listening = false;
  #dead = false;

  get dead(): boolean {
    return this.#dead;
  }

  /** Whether to listen to the bare microphone now, and to say what it gives: `judged`. */
  look(now: number, source: Source | null): boolean {
    const before = this.#before;
    this.#before = source;
    if (!source) this.rest();
    else if (before && hasSound(before, source)) this.#sound(now);
    else this.#listenAt ??= now + QUIET_MS;
    if (this.#listening || this.#listenAt === null || now < this.#listenAt) return false;
    this.#listening = true;
    return true;
  }

  /** Digital silence, or a room. A quiet one is asked ever more seldom. */
  judged(now: number, silent: boolean): void {
    if (!this.#listening) return;
    this.#listening = false;
    this.#dead = silent;
    this.#listenAt = now + (silent ? AGAIN_MS : this.#pause_ms);
    this.#pause_ms = silent ? QUIET_MS : Math.min(2 * this.#pause_ms, SELDOM_MS);
  }

  /** Muted, or another device: what was heard says nothing any more. */
  rest(): void {
    this.#before = null;
    this.#listenAt = null;
    this.#pause_ms = QUIET_MS;
    this.#listening = false;
    this.#dead = false;
  }

  #sound(now: number): void {
    this.#dead = false;
    this.#listening = false;
    this.#pause_ms = QUIET_MS;
    this.#listenAt = now + QUIET_MS;
  }
}

/** One that was counted anew is another source. */
function hasSound(before: Source, source: Source): boolean {
  const seconds = source.duration_s - before.duration_s;
  if (seconds < 0) return true;
  return seconds > 0 && (source.energy - before.energy) / seconds > SOUND_POWER;
}

/** -65 dB of full scale, as power: above all comfort noise that was measured, below anybody who speaks. */
const SOUND_POWER = 10 ** (-65 / 10);
const QUIET_MS = 5000;
const AGAIN_MS = 3000;
const SELDOM_MS = 60_000;
