/**
 * Records a sentence from a microphone track (MediaStream Recording), and gives it as plain samples, so that the server meets no file
 * format of a browser: 16 bits, little-endian, mono at 24 kHz.
 */

import { audioContext } from "./audio-level.ts";

/** What was recorded. */
export interface Recorded {
  /** The browser's own file, to listen to. */
  file: Blob;
  /** The samples for the server. */
  samples: ArrayBuffer;
  duration_ms: number;
}

/** One recording that is under way. */
export class Recorder {
  readonly #recorder: MediaRecorder;
  readonly #track: MediaStreamTrack;
  readonly #parts: Blob[] = [];
  /** Resolves when the recording is over, by `stop` or at its longest. */
  readonly over: Promise<void>;

  /** Begins to record. Throws if the browser cannot. */
  constructor(microphone: MediaStreamTrack) {
    this.#track = microphone.clone();
    this.#recorder = new MediaRecorder(new MediaStream([this.#track]), { audioBitsPerSecond: 128_000 });
    this.#recorder.ondataavailable = ({ data }) => this.#parts.push(data);
    this.over = new Promise((resolve) => {
      this.#recorder.onstop = this.#recorder.onerror = () => {
        this.#track.stop();
        resolve();
      };
    });
    this.#recorder.start();
    const end = setTimeout(() => this.stop(), RECORDED_MS);
    void this.over.then(() => clearTimeout(end));
  }

  stop(): void {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
  }

  /** What was recorded. Rejects if the browser cannot read it. */
  async recorded(): Promise<Recorded> {
    this.stop();
    await this.over;
    const file = new Blob(this.#parts, { type: this.#recorder.mimeType });
    const decoded = await audioContext().decodeAudioData(await file.arrayBuffer());
    const seconds = Math.min(decoded.duration, RECORDED_MS / 1000);
    const count = Math.floor(seconds * SAMPLE_RATE);
    const offline = new OfflineAudioContext(1, Math.max(1, count), SAMPLE_RATE);
    const source = new AudioBufferSourceNode(offline, { buffer: decoded });
    source.connect(offline.destination);
    source.start();
    const [samples] = [(await offline.startRendering()).getChannelData(0).subarray(0, count)];
    return { file, samples: sixteenBits(samples), duration_ms: Math.round(1000 * seconds) };
  }
}

/** Samples from -1 to 1 as 16 bits, little-endian. */
export function sixteenBits(samples: Float32Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, i) => view.setInt16(2 * i, Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767))), true));
  return view.buffer;
}

/** The longest recording that the server takes, milliseconds. */
export const RECORDED_MS = 20_000;
/** Samples a second that the server takes. */
const SAMPLE_RATE = 24_000;
