/**
 * What is in a deferred case: read over HTTP when it is opened, and again whenever its row tells of more facts, or leaves the list. The end
 * of a call that another tablet of the post has about it is told to nobody else, so that a case that became a call is read each minute.
 */

import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { ConsultationView } from "../../protocol/api.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { pageClock, type Clock } from "../platform/clock.ts";
import { ApiError, get } from "../signalling/session.ts";
import type { Cases } from "./cases.ts";

/** What contents need of their page. */
export interface ContentsPorts {
  cases: Pick<Cases, "of" | "gone">;
  clock: Clock;
  read(id: ConsultationId): Promise<ConsultationView>;
  /** The device's copies; none on a page that keeps nothing of a case. */
  kept?: KeptContents;
}

/** What a device keeps of cases that it has read, so that they can be read without a network. */
export interface KeptContents {
  load(id: ConsultationId): Promise<Copy | undefined>;
  /** Keeps a copy, and returns its time. */
  save(id: ConsultationId, view: ConsultationView): number;
}

/** A copy of what is in a case. */
export interface Copy {
  /** The server's time when it was read, as this device knew it, ms since 1970, for showing only. */
  at: number;
  view: ConsultationView;
}

/** The contents of one open case. Call `close` when its screen goes. */
export class CaseContents {
  readonly #view = signal<ConsultationView | null>(null);
  readonly #fault = signal<string | null>(null);
  readonly #readAt = signal<number | null>(null);
  readonly #id: ConsultationId;
  readonly #ports: ContentsPorts;
  readonly #stop: () => void;
  #cancel = () => {};
  #open = true;
  #reading = false;
  /** True if something happened since the reading under way began that no row tells. */
  #again = false;
  /** The number of facts that the last reading had at least. */
  #has = 0;

  /** The server's time when what is shown was read; null for a page that keeps no copies. */
  readonly readAt: ReadonlySignal<number | null> = this.#readAt;
  /** The consultation; null until it was read. */
  readonly view: ReadonlySignal<ConsultationView | null> = this.#view;
  /** The code of the refusal of the last reading, which is tried again; null if it succeeded. */
  readonly fault: ReadonlySignal<string | null> = this.#fault;

  constructor(id: ConsultationId, ports: ContentsPorts) {
    this.#id = id;
    this.#ports = ports;
    void ports.kept?.load(id).then((copy) => {
      if (!copy || this.#view.peek()) return;
      [this.#view.value, this.#readAt.value] = [copy.view, copy.at];
    });
    const known = ports.cases.gone.peek();
    const stops = [
      effect(() => {
        const facts = ports.cases.of(id)?.facts ?? 1;
        if (facts > this.#has) untracked(() => void this.#read());
      }),
      effect(() => {
        const gone = ports.cases.gone.value;
        if (gone.has(id) && gone !== known) untracked(() => void this.#read());
      }),
    ];
    this.#stop = () => stops.forEach((stop) => stop());
  }

  close(): void {
    this.#open = false;
    this.#cancel();
    this.#stop();
  }

  async #read(): Promise<void> {
    this.#again = this.#reading;
    if (this.#reading) return;
    this.#cancel();
    this.#reading = true;
    const wanted = this.#wanted();
    const code = await this.#ports.read(this.#id).then(
      (view) => this.#take(view, wanted),
      (error: unknown) => (error instanceof ApiError ? error.code : "internal"),
    );
    this.#reading = false;
    this.#fault.value = code;
    if (!this.#open || (code && LASTING.has(code))) return;
    if (code) this.#later(AGAIN_MS);
    else if (this.#again || this.#wanted() > this.#has) void this.#read();
    else if (this.#isCall()) this.#later(CALL_MS);
  }

  #later(ms: number): void {
    this.#cancel = this.#ports.clock.after(ms, () => void this.#read());
  }

  #isCall(): boolean {
    if (this.#ports.cases.of(this.#id)) return false;
    const state = this.#view.peek()?.summary.state;
    return state === "waiting" || state === "running";
  }

  #take(view: ConsultationView, facts: number): null {
    this.#has = facts;
    this.#view.value = view;
    this.#readAt.value = this.#ports.kept?.save(this.#id, view) ?? null;
    return null;
  }

  #wanted(): number {
    return this.#ports.cases.of(this.#id)?.facts ?? 1;
  }
}

/** The contents of a case for a page. */
export const contentsOf = (cases: ContentsPorts["cases"], id: ConsultationId, kept?: KeptContents): CaseContents =>
  new CaseContents(id, { cases, clock: pageClock, read: (of) => get(`/api/consultations/${of}`), ...(kept && { kept }) });

/** Refusals that no second reading changes. */
const LASTING: ReadonlySet<string> = new Set(["not_found", "signed_out", "set_aside"]);
const AGAIN_MS = 3000;
const CALL_MS = 60_000;
