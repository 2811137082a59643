/** The stock of this post, and when it is sent and fetched: while the tablet rests, and while somebody counts. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { type Put, StockBook } from "../../client/offline/stock.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import { ApiError, get } from "../../client/signalling/session.ts";
import type { StockView } from "../../protocol/prescriptions.ts";

/** The stock of this post. */
export const stock = new StockBook(new SealedStore("kiosk"));

/** Grows when a failed sending may be tried again. */
const tries = signal(0);
let fetchedAt = -Infinity;

/** Sends counts whenever there is a network, while `free` is true, and fetches what the server knows some times an hour. Returns what ends it. */
export function keepStock({ state }: Connection, free: ReadonlySignal<boolean>): () => void {
  void stock.load();
  return effect(() => {
    void tries.value;
    if (!free.value || state.value.at !== "ready") return;
    if (stock.waiting.value > 0) return pageClock.after(SETTLE_MS, () => void sendStock());
    if (now() - fetchedAt >= FRESH_MS) return pageClock.after(SETTLE_MS, () => void fetchStock());
    return;
  });
}

const sendStock = (): Promise<void> =>
  stock.send(put).then(
    () => void (fetchedAt = now()),
    () => void pageClock.after(RETRY_MS, () => tries.value++),
  );

/** Fetches the stock now; what the tablet keeps stands if there is no network. */
export const fetchStock = (): Promise<void> =>
  get<StockView>("/api/stock").then(
    (view) => ((fetchedAt = now()), stock.take(view)),
    () => undefined,
  );

const put: Put = async (counts, proof) => {
  const headers = { "content-type": "application/json", "staff-proof": proof };
  const response = await fetch("/api/stock", { method: "PUT", headers, body: JSON.stringify({ counts }), cache: "no-store" }).catch(() => null);
  if (!response) throw new ApiError("offline");
  const body = (await response.json().catch(() => ({}))) as StockView & { code?: string };
  if (!response.ok) throw new ApiError(body.code ?? "internal");
  return body;
};

/** Somebody counts one product after the other, and each pause sends what was counted. */
const SETTLE_MS = 1500;
const RETRY_MS = 15_000;
const FRESH_MS = 15 * 60_000;
