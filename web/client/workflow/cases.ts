/**
 * The list of deferred cases that the server keeps for this page: what is due first stands first. It holds rows only;
 * `case-acts.ts` sends what people do with a case, and `case-contents.ts` reads what is in one. Both are loaded later.
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { CaseRow, ConsultationId, Welcome } from "../../protocol/messages.ts";
import type { Clock } from "../platform/clock.ts";
import type { Connection } from "../signalling/connection.ts";

/** One row of the list. Its times are on the scale of `now()`, so that they run on without a message. */
export interface Case extends CaseRow {
  /** The time since which it is a case, or since which it has ended if the outcome is awaited. */
  since: number;
  /** The time until which whoever has the next step must have taken it, or at which the outcome is asked. */
  dueAt: number;
}

/** The cases of this page. */
export class Cases {
  readonly #rows = signal<ReadonlyMap<ConsultationId, Case>>(new Map());
  readonly #gone = signal<ReadonlySet<ConsultationId>>(new Set());
  readonly #clock: Clock;
  /** The last welcome: a page that listens late hears it again, and that is no new list. */
  #welcome: Welcome | null = null;

  /** All cases, the one that is due first coming first. */
  readonly rows: ReadonlySignal<Case[]> = computed(() =>
    [...this.#rows.value.values()].sort((a, b) => a.dueAt - b.dueAt),
  );

  /** The cases that left the list last, also while this page was away: they have ended, or are calls, perhaps of another tablet of the post. */
  readonly gone: ReadonlySignal<ReadonlySet<ConsultationId>> = this.#gone;

  constructor(connection: Connection, clock: Clock) {
    this.#clock = clock;
    connection.on("welcome", (welcome) => {
      if (welcome === this.#welcome) return;
      const before = [...this.#rows.value.keys()];
      this.#rows.value = new Map();
      this.#welcome = welcome;
      clock.after(LIST_MS, () => {
        const gone = before.filter((id) => !this.of(id));
        if (gone.length && welcome === this.#welcome) this.#gone.value = new Set(gone);
      });
    });
    connection.on("cases", ({ cases }) => (this.#rows.value = new Map(cases.map((row) => this.#timed(row)))));
    connection.on("case", ({ type: _, ...row }) => (this.#rows.value = new Map([...this.#rows.value, this.#timed(row)])));
    connection.on("case_gone", ({ consultation }) => {
      this.#rows.value = new Map([...this.#rows.value].filter(([id]) => id !== consultation));
      this.#gone.value = new Set([consultation]);
    });
  }

  /** Shows rows that the device has kept, and that were told `ago_ms` ago, until the server tells its own. */
  restore(rows: readonly CaseRow[], ago_ms: number): void {
    if (!this.#welcome) this.#rows.value = new Map(rows.map((row) => this.#timed(row, ago_ms)));
  }

  /** The row of a case; none if it is not in the list. */
  of(id: ConsultationId): Case | undefined {
    return this.#rows.value.get(id);
  }

  #timed(row: CaseRow, ago_ms = 0): [ConsultationId, Case] {
    const now = this.#clock.now() - ago_ms;
    return [row.consultation, { ...row, since: now - row.age_ms, dueAt: now + row.due_in_ms }];
  }
}

/** The list comes within this time after a welcome, if there is one. */
const LIST_MS = 2000;
