/** Sound in the page, by Web Audio: the level of a stream, the test for silence, and tones. */

let context: AudioContext | undefined;

/** The page's only audio context. Browsers keep it suspended until the user has touched something. */
export function audioContext(): AudioContext {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume().catch(() => undefined);
  return context;
}

/** Calls `listener` with the level of a stream, 0 to 1, ten times a second until the returned function is called. */
export function levelOf(stream: MediaStream, listener: (level: number) => void): () => void {
  const source = audioContext().createMediaStreamSource(stream);
  const analyser = audioContext().createAnalyser();
  analyser.fftSize = 2048;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    listener(loudness(samples));
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}

/**
 * Resolves to true if a stream is silent for 1.5 s; to false at its first sound, or if the page is not allowed to
 * listen.
 */
export async function isSilent(stream: MediaStream): Promise<boolean> {
  const speaker = audioContext();
  const source = speaker.createMediaStreamSource(stream);
  const analyser = speaker.createAnalyser();
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let silent = true;
  for (let done = 0; silent && done < SILENT_INTERVALS; done++) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    analyser.getFloatTimeDomainData(samples);
    silent = speaker.state === "running" && samples.every((sample) => Math.abs(sample) < SILENT_PEAK);
  }
  source.disconnect();
  return silent;
}

/** The root mean square of the samples in decibels, scaled to 0 to 1. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(power || Number.MIN_VALUE);
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
}

/** Plays two notes of half a second in all, and resolves when they have been played. */
export function testTone(): Promise<void> {
  return playNotes([660, 880], 0.25);
}

/** Plays notes in hertz one after the other, with soft ends so that nothing clicks. */
export function playNotes(notes: number[], length_s: number): Promise<void> {
  const speaker = audioContext();
  return new Promise((resolve) => {
    notes.forEach((hertz, i) => {
      const start = speaker.currentTime + i * length_s;
      const oscillator = new OscillatorNode(speaker, { frequency: hertz });
      const volume = new GainNode(speaker, { gain: 0 });
      volume.gain.linearRampToValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.3, start + 0.02);
      volume.gain.setValueAtTime(0.3, start + length_s - 0.05);
      volume.gain.linearRampToValueAtTime(0, start + length_s);
      oscillator.connect(volume).connect(speaker.destination);
      oscillator.start(start);
      oscillator.stop(start + length_s);
      if (i === notes.length - 1) oscillator.onended = () => resolve();
    });
  });
}

/** The interval between two levels. */
const INTERVAL_MS = 100;
/** The lower end of the level's scale, whose upper end is 0 dB of full scale. */
const FLOOR_DB = -60;
/** The number of silent intervals that make a silent stream. */
const SILENT_INTERVALS = 15;
/**
 * Three steps of 16 bits: a converter without a microphone wavers by one or two, and a room at -80 dB has peaks of
 * 14.
 */
const SILENT_PEAK = 3 / 32_768;
