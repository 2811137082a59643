/**
 * What a post has of each product, as the tablet knows it: what the server has told, and the counts that were made here and that it does not have yet. A count is
 * in the sealed store before anything says so, and stays there until the server has it. Of two counts of a product the newer one stands, here as on
 * the server, so that counts may be sent late and twice.
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { ProductId } from "../../protocol/messages.ts";
import type { PutCount, StockLine, StockView } from "../../protocol/prescriptions.ts";
import type { ApiError } from "../signalling/session.ts";
import type { SealedStore } from "./sealed-store.ts";

/** A count that was made on this tablet, and that the server does not have yet. */
export interface OwnCount extends PutCount {
  /** The proof of whoever counted; empty if nobody had typed a PIN. */
  proof: string;
  /** Who counted, for showing; empty if nobody is known. */
  name: string;
  /** True once the server refused it. It is kept and shown, and not sent again. */
  refused?: true;
}

/** What is known of one product. */
export interface KnownCount extends StockLine {
  /** Who counted, if that was on this tablet. */
  name?: string;
  /** `kept`: on this tablet only · `refused`: the server does not take it. */
  at?: "kept" | "refused";
}

/** Sends counts of one person. The answer is the whole stock. */
export type Put = (counts: readonly PutCount[], proof: string) => Promise<StockView>;

interface Kept {
  view: StockView | null;
  own: OwnCount[];
}

/** The stock of this tablet's post. */
export class StockBook {
  readonly #store: Pick<SealedStore, "get" | "put">;
  readonly #kept = signal<Kept>({ view: null, own: [] });
  /** True after a count that the device had no space for, until the next change that is written: each writes all counts. */
  readonly #isUnwritten = signal(false);
  #loading: Promise<void> | null = null;
  #sending: Promise<void> | null = null;
  #last: Promise<void> = Promise.resolve();

  /** By product: the newest count that is known. */
  readonly counts: ReadonlySignal<ReadonlyMap<ProductId, KnownCount>> = computed(() => together(this.#kept.value));
  /** The number of counts that wait to be sent. */
  readonly waiting: ReadonlySignal<number> = computed(() => this.#kept.value.own.filter(isWaiting).length);
  /** False while a count waits that only this page has, because the device has no space. */
  readonly isKept: ReadonlySignal<boolean> = computed(() => !this.#isUnwritten.value || this.waiting.value === 0);

  constructor(store: Pick<SealedStore, "get" | "put">) {
    this.#store = store;
  }

  /** Reads once what the tablet keeps. A disk that cannot be read yet is read again with the next call. */
  load(): Promise<void> {
    return (this.#loading ??= this.#store.get<Kept>("kept", NAME).then(
      (kept) => {
        if (kept) this.#kept.value = kept;
      },
      () => void (this.#loading = null),
    ));
  }

  /** Resolves when the count is on the disk. If the device has no space, the count is kept for this page and sent all the same; see {@link isKept}. */
  async count(count: OwnCount): Promise<void> {
    await this.load();
    const after = ({ view, own }: Kept) => ({ view, own: [...own.filter(({ product }) => product !== count.product), count] });
    await this.#change(after).catch(() => void (this.#isUnwritten.value = true));
  }

  /** Takes the server's stock in place of the kept one, unless a later answer is already there. */
  async take(view: StockView): Promise<void> {
    await this.load();
    await this.#change((kept) => (kept.view && kept.view.at > view.at ? kept : { ...kept, view })).catch(() => undefined);
  }

  /** Sends what waits, the counts of each person apart. Resolves when all of it is answered; rejects if the server was not reached. */
  send(put: Put): Promise<void> {
    return (this.#sending ??= this.#send(put).finally(() => (this.#sending = null)));
  }

  async #send(put: Put): Promise<void> {
    await this.load();
    for (;;) {
      const [first] = this.#kept.peek().own.filter(isWaiting);
      if (!first) return;
      const batch = this.#kept.peek().own.filter((one) => isWaiting(one) && one.proof === first.proof).slice(0, MOST_AT_ONCE);
      await this.#sendBatch(batch, put);
    }
  }

  /** Sends counts of one person together; if the server refuses them, one after the other, so that only the one that it cannot take stays. */
  async #sendBatch(batch: readonly OwnCount[], put: Put): Promise<void> {
    try {
      const view = await put(batch.map(bare), batch[0]!.proof);
      await this.#sent(batch, view);
    } catch (error) {
      if (!FINAL.has((error as ApiError).code)) throw error;
      if (batch.length === 1) return this.#refuse(batch[0]!);
      for (const one of batch) await this.#sendBatch([one], put);
    }
  }

  /** The server has these. A product that was counted again meanwhile waits with its newer count. */
  #sent(batch: readonly OwnCount[], view: StockView): Promise<void> {
    return this.#change(({ own }) => ({ view, own: own.filter((one) => !batch.includes(one)) })).catch(() => undefined);
  }

  #refuse(refused: OwnCount): Promise<void> {
    const marked = (one: OwnCount) => (one === refused ? { ...one, refused: true as const } : one);
    return this.#change(({ view, own }) => ({ view, own: own.map(marked) })).catch(() => undefined);
  }

  /** Changes what is known, one change after the other: on the disk first, and then for this page, also if the disk fails. */
  #change(make: (kept: Kept) => Kept): Promise<void> {
    const changed = this.#last.then(async () => {
      const kept = make(this.#kept.peek());
      try {
        await this.#store.put("kept", NAME, kept);
        this.#isUnwritten.value = false;
      } finally {
        this.#kept.value = kept;
      }
    });
    this.#last = changed.catch(() => undefined);
    return changed;
  }
}

function together({ view, own }: Kept): ReadonlyMap<ProductId, KnownCount> {
  const all = new Map<ProductId, KnownCount>((view?.lines ?? []).map((line) => [line.product, line]));
  for (const count of own) {
    const { product, quantity, expires, counted_at, name, refused } = count;
    const told = all.get(product);
    if (told && told.counted_at >= counted_at && !refused) continue;
    const known = { product, quantity, counted_at, prescribed_since: 0, dispensed_since: 0, name, at: refused ? "refused" : "kept" } as const;
    all.set(product, { ...known, ...(expires && { expires }) });
  }
  return all;
}

const isWaiting = ({ refused }: OwnCount): boolean => !refused;
const bare = ({ product, quantity, expires, counted_at }: OwnCount): PutCount => ({ product, quantity, counted_at, ...(expires && { expires }) });

const NAME = "stock";
/** The server takes 200. */
const MOST_AT_ONCE = 100;
/** Refusals that stay the same however often a count is sent. */
const FINAL: ReadonlySet<string> = new Set(["malformed", "too_large"]);
