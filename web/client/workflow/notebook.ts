/** The doctor's notes of one consultation: kept on the device at each keystroke, and sent to the server every 5 s. */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { ConsultationId, Note } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Drafts } from "../offline/drafts.ts";
import type { Outbox } from "../offline/outbox.ts";

/**
 * `typing`: on this device, sent within 5 s · `sending`: not acknowledged yet · `saved`: stored by the server ·
 * `refused`.
 */
export type NoteState = "typing" | "sending" | "saved" | "refused";

/** The notes of one consultation. */
export class Notebook {
  readonly #text = signal("");
  /** The text that the outbox was given last. */
  readonly #sent = signal("");
  readonly #consultation: ConsultationId;
  readonly #outbox: Outbox;
  readonly #drafts: Drafts;
  readonly #clock: Clock;
  #revision: number;
  #cancelSend: (() => void) | null = null;

  readonly text: ReadonlySignal<string> = this.#text;
  readonly state: ReadonlySignal<NoteState> = computed(() => this.#stateNow());

  /** `note` is what the server has; null if it has none. */
  constructor(consultation: ConsultationId, note: Note | null, outbox: Outbox, drafts: Drafts, clock: Clock) {
    this.#consultation = consultation;
    this.#outbox = outbox;
    this.#drafts = drafts;
    this.#clock = clock;
    this.#revision = note?.revision ?? 0;
    this.#text.value = this.#sent.value = note?.text ?? "";
    void this.#restore();
  }

  /** Takes the whole text after a keystroke. */
  type(text: string): void {
    this.#text.value = text;
    this.#drafts.save<Note>(this.#draft, this.#note(this.#revision + 1));
    this.#cancelSend ??= this.#clock.after(SEND_EVERY_MS, () => this.flush());
  }

  /** Sends what is not sent yet; also called when the page is left or hidden. */
  flush(): void {
    this.#cancelSend?.();
    this.#cancelSend = null;
    if (this.text.value === this.#sent.value) return;
    this.#sent.value = this.text.value;
    void this.#outbox.put({ type: "note", ...this.#note(++this.#revision) });
  }

  get #draft(): string {
    return `note ${this.#consultation}`;
  }

  /** Restores a draft that the server never got, because of a power cut. */
  async #restore(): Promise<void> {
    const draft = await this.#drafts.load<Note>(this.#draft);
    if (!draft || draft.revision <= this.#revision || this.text.value !== this.#sent.value) return;
    this.type(draft.text);
  }

  #note(revision: number): Note {
    return { consultation: this.#consultation, revision, text: this.text.value };
  }

  #stateNow(): NoteState {
    if (this.text.value !== this.#sent.value) return "typing";
    const item = this.#outbox.items.value.get(`note ${this.#consultation}`);
    if (!item) return "saved";
    return item.state === "refused" ? "refused" : "sending";
  }
}

const SEND_EVERY_MS = 5000;
