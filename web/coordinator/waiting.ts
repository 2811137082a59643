/** The requests that wait, as the server tells a coordinator of them: without the patient. */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Clock } from "../client/platform/clock.ts";
import type { Connection } from "../client/signalling/connection.ts";
import type { ConsultationId, Entry, Urgency } from "../protocol/messages.ts";

/** A request that waits. */
export interface WaitingRow {
  entry: Entry;
  /** The time at which it began to wait, on the scale of `now()`. */
  since: number;
  /** The time at which it rings again, on the scale of `now()`, because it is put off; null while it rings. */
  putOffUntil: number | null;
}

/** All requests that wait. */
export class WaitingRequests {
  readonly #rows = signal<ReadonlyMap<ConsultationId, WaitingRow>>(new Map());

  /** The most urgent first, then the longest wait. */
  readonly rows: ReadonlySignal<WaitingRow[]> = computed(() => [...this.#rows.value.values()].sort(byNeed));

  constructor(connection: Connection, clock: Clock) {
    const row = (entry: Entry): WaitingRow => {
      const putOffUntil = entry.postponed_ms === undefined ? null : clock.now() + entry.postponed_ms;
      return { entry, since: clock.now() - entry.waited_ms, putOffUntil };
    };
    connection.on("queue", ({ entries }) => {
      this.#rows.value = new Map(entries.map((entry) => [entry.consultation, row(entry)]));
    });
    connection.on("entry", (entry) => {
      this.#rows.value = new Map(this.#rows.value).set(entry.consultation, row(entry));
    });
    connection.on("entry_gone", ({ consultation }) => {
      this.#rows.value = new Map([...this.#rows.value].filter(([id]) => id !== consultation));
    });
  }
}

const byNeed = (a: WaitingRow, b: WaitingRow): number =>
  URGENCIES.indexOf(a.entry.urgency) - URGENCIES.indexOf(b.entry.urgency) || a.since - b.since;

const URGENCIES: Urgency[] = ["stat", "urgent", "routine"];
