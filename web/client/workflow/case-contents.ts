/** What is in a deferred case: read over HTTP when it is opened, and again whenever its row tells of more facts. */

import { effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { ConsultationView } from "../../protocol/api.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { pageClock, type Clock } from "../platform/clock.ts";
import { ApiError, get } from "../signalling/session.ts";
import type { Cases } from "./cases.ts";

/** What contents need of their page. */
export interface ContentsPorts {
  cases: Pick<Cases, "of">;
  clock: Clock;
  read(id: ConsultationId): Promise<ConsultationView>;
}

/** The contents of one open case. Call `close` when its screen goes. */
export class CaseContents {
  readonly #view = signal<ConsultationView | null>(null);
  readonly #fault = signal<string | null>(null);
  readonly #id: ConsultationId;
  readonly #ports: ContentsPorts;
  readonly #stop: () => void;
  #open = true;
  #reading = false;
  /** The number of facts that the last reading had at least. */
  #has = 0;

  /** The consultation; null until it was read. */
  readonly view: ReadonlySignal<ConsultationView | null> = this.#view;
  /** The code of the refusal of the last reading, which is tried again; null if it succeeded. */
  readonly fault: ReadonlySignal<string | null> = this.#fault;

  constructor(id: ConsultationId, ports: ContentsPorts) {
    this.#id = id;
    this.#ports = ports;
    this.#stop = effect(() => {
      const facts = ports.cases.of(id)?.facts ?? 1;
      if (facts > this.#has) untracked(() => void this.#read());
    });
  }

  close(): void {
    this.#open = false;
    this.#stop();
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const wanted = this.#wanted();
    const code = await this.#ports.read(this.#id).then(
      (view) => ((this.#has = wanted), (this.#view.value = view), null),
      (error: unknown) => (error instanceof ApiError ? error.code : "internal"),
    );
    this.#reading = false;
    this.#fault.value = code;
    if (!this.#open || (code && LASTING.has(code))) return;
    if (code) this.#ports.clock.after(AGAIN_MS, () => this.#open && void this.#read());
    else if (this.#wanted() > this.#has) void this.#read();
  }

  #wanted(): number {
    return this.#ports.cases.of(this.#id)?.facts ?? 1;
  }
}

/** The contents of a case for a page. */
export const contentsOf = (cases: Pick<Cases, "of">, id: ConsultationId): CaseContents =>
  new CaseContents(id, { cases, clock: pageClock, read: (of) => get(`/api/consultations/${of}`) });

/** Refusals that no second reading changes. */
const LASTING: ReadonlySet<string> = new Set(["not_found", "signed_out", "set_aside"]);
const AGAIN_MS = 3000;
