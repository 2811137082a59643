/** The structures near the post that the tablet keeps in its sealed store, with their telephone numbers. They are public, and are never given up for space. */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { NearStructures } from "../../protocol/api.ts";
import type { SealedStore } from "./sealed-store.ts";

/** The list of a tablet; null until the server has told one, or where the device keeps none. */
export class NearestList {
  readonly #kept: Pick<SealedStore, "get" | "put">;
  readonly #list = signal<NearStructures | null>(null);
  readonly list: ReadonlySignal<NearStructures | null> = this.#list;
  #loading: Promise<void> | null = null;

  constructor(kept: Pick<SealedStore, "get" | "put">) {
    this.#kept = kept;
  }

  /** Reads once what the tablet keeps. */
  load(): Promise<void> {
    return (this.#loading ??= this.#kept.get<NearStructures>("kept", NAME).then(
      (list) => void (this.#list.value ??= list ? completed(list) : null),
      () => undefined,
    ));
  }

  /** Takes the server's list in place of the kept one. */
  async take(list: NearStructures): Promise<void> {
    this.#list.value = list;
    await this.#kept.put("kept", NAME, list).catch(() => undefined);
  }
}

const NAME = "nearest";

/** What is not known of a structure in a list that a page of a former version has kept. */
const UNKNOWN = { minutes: null, position: "unknown", capabilities: [], hours: "day", data_at: null, demo: false } as const;

function completed({ at, structures }: NearStructures): NearStructures {
  return { at, structures: structures.map((one) => ({ ...UNKNOWN, ...one, capabilities: one.capabilities ?? [] })) };
}
