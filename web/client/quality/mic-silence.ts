/**
 * Detects a microphone that is open and gives no sound at all. Pure; `voice-watch.ts` feeds it.
 *
 * The energy that the browser counts before it encodes (`getStats`) can prove sound, and cannot prove its absence: a
 * quiet room behind noise suppression was measured at -99 dB, digital silence with the echo canceller's comfort
 * noise at -78 dB. If no sound is proven for a while, the unprocessed microphone is therefore tested for a moment,
 * where the two lie 20 dB apart.
 */

/** RTCAudioSourceStats of the microphone: energy and duration, both since it was opened. */
export interface AudioEnergy {
  energy: number;
  duration_s: number;
}

/** The detector for one microphone. */
export class MicSilence {
  #before: AudioEnergy | null = null;
  #testAt: number | null = null;
  #pause_ms = QUIET_MS;
  #testing = false;
  #dead = false;

  /** True if the microphone was found to give nothing. */
  get dead(): boolean {
    return this.#dead;
  }

  /** Takes the counters of now; true if the unprocessed microphone is to be tested, whose result goes to `tested`. */
  update(now: number, source: AudioEnergy | null): boolean {
    const before = this.#before;
    this.#before = source;
    if (!source) this.reset();
    else if (before && hasSound(before, source)) this.#sound(now);
    else this.#testAt ??= now + QUIET_MS;
    if (this.#testing || this.#testAt === null || now < this.#testAt) return false;
    this.#testing = true;
    return true;
  }

  /** The result of a test. A microphone in a quiet room is tested more and more seldom. */
  tested(now: number, silent: boolean): void {
    if (!this.#testing) return;
    this.#testing = false;
    this.#dead = silent;
    this.#testAt = now + (silent ? AGAIN_MS : this.#pause_ms);
    this.#pause_ms = silent ? QUIET_MS : Math.min(2 * this.#pause_ms, SELDOM_MS);
  }

  /** The microphone is muted or another one, so what was counted no longer matters. */
  reset(): void {
    this.#before = null;
    this.#testAt = null;
    this.#pause_ms = QUIET_MS;
    this.#testing = false;
    this.#dead = false;
  }

  #sound(now: number): void {
    this.#dead = false;
    this.#testing = false;
    this.#pause_ms = QUIET_MS;
    this.#testAt = now + QUIET_MS;
  }
}

/** Counters that start again are another source, which counts as sound. */
function hasSound(before: AudioEnergy, source: AudioEnergy): boolean {
  const seconds = source.duration_s - before.duration_s;
  if (seconds < 0) return true;
  return seconds > 0 && (source.energy - before.energy) / seconds > SOUND_POWER;
}

/** -65 dB of full scale, as power: above all comfort noise that was measured, and below anybody who speaks. */
const SOUND_POWER = 10 ** (-65 / 10);
const QUIET_MS = 5000;
const AGAIN_MS = 3000;
const SELDOM_MS = 60_000;
