//! Sound in the page: how loud a stream is, and a tone to try the loudspeaker with.

const INTERVAL_MS = 100;
/** Below this is silence, above 0 dB is clipped: the meter's scale. */
const FLOOR_DB = -60;

const SILENT_LOOKS = 15;
/** Three steps of 16 bits: a converter without a microphone wavers by one or two, a room at -80 dB has peaks of 14. */
const SILENT_PEAK = 3 / 32_768;

let context: AudioContext | undefined;

/** One context for the page. Browsers keep it asleep until the user touched something. */
export function audioContext(): AudioContext {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume().catch(() => undefined);
  return context;
}

/** Level of a stream, 0 to 1, ten times a second until the returned function is called. */
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

/** Whether a stream gives nothing for a second and a half; false as soon as it does, and where nobody can know. */
export async function isSilent(stream: MediaStream): Promise<boolean> {
  const speaker = audioContext();
  const source = speaker.createMediaStreamSource(stream);
  const analyser = speaker.createAnalyser();
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let silent = true;
  for (let looks = 0; silent && looks < SILENT_LOOKS; looks++) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    analyser.getFloatTimeDomainData(samples);
    silent = speaker.state === "running" && samples.every((sample) => Math.abs(sample) < SILENT_PEAK);
  }
  source.disconnect();
  return silent;
}

/** Root mean square in decibels, laid on 0 to 1. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const decibels = 10 * Math.log10(power || Number.MIN_VALUE);
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
}

/** Two notes, of half a second in all; resolves when they have been played. */
export function testTone(): Promise<void> {
  return playNotes([660, 880], 0.25);
}

/** Notes in hertz one after the other, soft at both ends so that nothing clicks. */
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
