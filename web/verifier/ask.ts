/** Requests of this page, which need no account and give up early, because somebody stands at the counter. */

import { ApiError, get, post } from "../client/signalling/session.ts";

/** Fetches JSON. Throws ApiError, with `offline` if no answer came in time. */
export const ask = <T>(path: string, patience_ms = PATIENCE_MS): Promise<T> => inTime(() => get<T>(path), patience_ms);

/** Sends JSON, and gives the answer. Throws ApiError, with `offline` if no answer came in time: then nobody knows whether it arrived. */
export const tell = <T>(path: string, body: unknown, patience_ms = PATIENCE_MS): Promise<T> => inTime(() => post<T>(path, body), patience_ms);

function inTime<T>(request: () => Promise<T>, patience_ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    if (globalThis.navigator?.onLine === false) return reject(new ApiError("offline"));
    const timer = setTimeout(() => reject(new ApiError("offline")), patience_ms);
    void request()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** A small answer over a link of 40 kbit/s with a round trip of a second takes less. */
const PATIENCE_MS = 8000;
