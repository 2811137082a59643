/**
 * Detects somebody who speaks into a muted microphone, from the microphone's level. Pure; the screen shows a
 * reminder.
 */

/** The detector for one period of being muted. */
export class MutedSpeech {
  #loud: boolean[] = [];

  /** Takes a level as `levelOf` gives it, ten times a second; true if the last second and a half was speech. */
  update(level: number): boolean {
    this.#loud.push(level > SPEECH_LEVEL);
    if (this.#loud.length > SPEECH_SAMPLES) this.#loud.shift();
    return this.#loud.filter(Boolean).length >= SPEECH_SAMPLES * SPEECH_SHARE;
  }
}

/**
 * -32 dB of full scale. Automatic gain brings a voice to about -20 dB, and a ward with noise suppression stays below
 * -40 dB.
 */
const SPEECH_LEVEL = 1 - 32 / 60;
const SPEECH_SAMPLES = 15;
/** The share of loud samples that makes speech; there are gaps between syllables. */
const SPEECH_SHARE = 0.4;
