//! Pure: whether somebody speaks into a microphone that is muted.

/** Speech, while nobody shall hear it: loud for most of a second and a half. */
export class Speech {
  #loud: boolean[] = [];

  /** A level as `levelOf` gives it, ten times a second. */
  look(level: number): boolean {
    this.#loud.push(level > SPEECH_LEVEL);
    if (this.#loud.length > SPEECH_LOOKS) this.#loud.shift();
    return this.#loud.filter(Boolean).length >= SPEECH_LOOKS * SPEECH_SHARE;
  }
}

/** -32 dB of full scale: automatic gain brings a voice to about -20 dB, and a ward whose noise is suppressed stays below -40. */
const SPEECH_LEVEL = 1 - 32 / 60;
const SPEECH_LOOKS = 15;
/** Syllables have gaps. */
const SPEECH_SHARE = 0.4;
