/**
 * Records a voice note of at most a minute, in Opus. What was recorded is kept on the device each second, so that a power cut costs the last second.
 * It needs no network.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { MediaType } from "../../protocol/messages.ts";
import type { SealedStore } from "../offline/sealed-store.ts";
import { levelOf } from "../platform/audio-level.ts";
import { now, pageClock } from "../platform/clock.ts";
import { wholePart } from "./whole-part.ts";

/** A recorded note. */
export interface RecordedNote {
  media_type: MediaType;
  bytes: Uint8Array;
}

/** `idle` · `asking` the browser for the microphone · `recording` · `recorded` · `refused`: no microphone. */
export type RecorderState = "idle" | "asking" | "recording" | "recorded" | "refused";

/** The name in the store `files` of the note that is being recorded for a consultation. */
export const noteName = (consultation: string): string => `voice note ${consultation}`;

/** The longest note, ms. */
export const LONGEST_MS = 60_000;

/** The recorder of one consultation's notes. */
export class VoiceRecorder {
  readonly #kept: SealedStore;
  readonly #name: string;
  readonly #state = signal<RecorderState>("idle");
  readonly #level = signal(0);
  readonly #loudest = signal(0);
  readonly #elapsed_ms = signal(0);
  readonly #note = signal<RecordedNote | null>(null);
  #stop: (() => void) | null = null;

  readonly state: ReadonlySignal<RecorderState> = this.#state;
  /** The level of the microphone, from 0 to 1. */
  readonly level: ReadonlySignal<number> = this.#level;
  /** The greatest level of this recording. */
  readonly loudest: ReadonlySignal<number> = this.#loudest;
  readonly elapsed_ms: ReadonlySignal<number> = this.#elapsed_ms;
  readonly note: ReadonlySignal<RecordedNote | null> = this.#note;

  constructor(kept: SealedStore, consultation: string) {
    this.#kept = kept;
    this.#name = noteName(consultation);
  }

  /** Finds a note that was recorded before a power cut or a reload, and was neither sent nor thrown away. */
  async restore(): Promise<void> {
    const note = await this.#kept.get<RecordedNote>("files", this.#name).catch(() => undefined);
    if (!note || this.#state.peek() !== "idle") return;
    this.#note.value = { ...note, bytes: wholePart(note.media_type, note.bytes) };
    this.#state.value = "recorded";
  }

  async start(): Promise<void> {
    this.#state.value = "asking";
    const constraints = { audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } };
    const stream = await navigator.mediaDevices.getUserMedia(constraints).catch(() => null);
    const format = formatOf();
    if (!stream || !format) {
      for (const track of stream?.getTracks() ?? []) track.stop();
      this.#state.value = "refused";
      return;
    }
    this.#record(stream, format);
  }

  stop(): void {
    this.#stop?.();
  }

  /** Throws the note away, or forgets it because it is among the attachments now. */
  async forget(): Promise<void> {
    this.stop();
    this.#note.value = null;
    this.#state.value = "idle";
    await this.#kept.delete("files", this.#name).catch(() => undefined);
  }

  #record(stream: MediaStream, { mime, media_type }: Format): void {
    const recorder = new MediaRecorder(stream, { mimeType: mime, audioBitsPerSecond: RATE_BPS });
    const began = now();
    let bytes = new Uint8Array();
    // The pieces come in their order, and are read one after the other.
    let reading = Promise.resolve();
    recorder.ondataavailable = ({ data }) => {
      reading = reading.then(async () => {
        bytes = joined(bytes, new Uint8Array(await data.arrayBuffer()));
        await this.#kept.put("files", this.#name, { media_type, bytes }).catch(() => undefined);
      });
    };
    const unlisten = levelOf(stream, (level) => {
      this.#level.value = level;
      this.#loudest.value = Math.max(this.#loudest.peek(), level);
      this.#elapsed_ms.value = Math.min(LONGEST_MS, now() - began);
    });
    const cancel = pageClock.after(LONGEST_MS, () => this.stop());
    this.#stop = () => {
      this.#stop = null;
      if (recorder.state !== "inactive") recorder.stop();
    };
    recorder.onstop = () => {
      cancel();
      unlisten();
      for (const track of stream.getTracks()) track.stop();
      this.#elapsed_ms.value = Math.min(LONGEST_MS, now() - began);
      void reading.then(() => this.#finished({ media_type, bytes }));
    };
    this.#loudest.value = this.#elapsed_ms.value = 0;
    this.#state.value = "recording";
    recorder.start(KEPT_EVERY_MS);
  }

  #finished(note: RecordedNote): void {
    if (this.#state.peek() !== "recording") return;
    this.#note.value = note;
    this.#state.value = "recorded";
  }
}

interface Format {
  mime: string;
  media_type: MediaType;
}

/** The format in which this browser records Opus; null if it cannot. */
export function formatOf(): Format | null {
  const Recorder = (globalThis as { MediaRecorder?: typeof MediaRecorder }).MediaRecorder;
  return FORMATS.find(({ mime }) => Recorder?.isTypeSupported(mime)) ?? null;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

const FORMATS: readonly Format[] = [
  { mime: "audio/webm;codecs=opus", media_type: "webm" },
  { mime: "audio/ogg;codecs=opus", media_type: "ogg" },
];
/** The bit rate of a note: a minute has 120 kB. */
const RATE_BPS = 16_000;
const KEPT_EVERY_MS = 1_000;
