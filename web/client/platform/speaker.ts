/** Plays the others' voices: one audio element for each member, which no screen shows. */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { MemberId } from "../../protocol/messages.ts";

/** The loudspeaker of this page. */
export class Speaker {
  readonly #voices = new Map<MemberId, HTMLAudioElement>();
  readonly #blocked = signal(false);

  /** True if the browser wants a touch before it plays sound (autoplay policy); a touch anywhere will do. */
  readonly blocked: ReadonlySignal<boolean> = this.#blocked;

  /** Plays exactly these streams. */
  play(streams: ReadonlyMap<MemberId, MediaStream>): void {
    for (const [member, voice] of this.#voices) if (!streams.has(member)) this.#silence(member, voice);
    for (const [member, stream] of streams) this.#voice(member, stream);
  }

  #voice(member: MemberId, stream: MediaStream): void {
    const voice = this.#voices.get(member) ?? new Audio();
    this.#voices.set(member, voice);
    if (voice.srcObject !== stream) voice.srcObject = stream;
    voice.play().then(
      () => (this.#blocked.value = false),
      (error: DOMException) => error.name === "NotAllowedError" && this.#waitForTouch(),
    );
  }

  #waitForTouch(): void {
    if (this.#blocked.value) return;
    this.#blocked.value = true;
    const again = () => this.#voices.forEach((voice) => void voice.play().catch(() => undefined));
    const heard = () => ((this.#blocked.value = false), again());
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, heard, { once: true });
  }

  #silence(member: MemberId, voice: HTMLAudioElement): void {
    voice.srcObject = null;
    this.#voices.delete(member);
  }
}
