/** What is new in one's duties: answers to leave and swaps, until they are seen, and swaps that wait for an answer. The server keeps how far it was seen. */

import { signal } from "@preact/signals";
import type { Connection } from "../client/signalling/connection.ts";
import { get, post } from "../client/signalling/session.ts";
import type { RotaNews } from "../protocol/rota.ts";

/** The news; null before the first answer. */
export const dutyNews = signal<RotaNews | null>(null);

/** Reads the news. Without a network the ones before stay. */
export async function readNews(): Promise<void> {
  await get<RotaNews>("/api/rota/news").then((fresh) => (dutyNews.value = fresh), () => undefined);
}

/** Reads the news whenever they may have changed, until it is told to stop. Another doctor may have signed in at this page since. */
export function followNews(connection: Connection): () => void {
  dutyNews.value = null;
  void readNews();
  const changed = connection.on("rota_changed", readNews);
  const back = connection.on("welcome", readNews);
  return () => (changed(), back());
}

/** Says that the news were seen as they are shown. If the server is not reached, they stay. */
export async function sawNews(): Promise<void> {
  const shown = dutyNews.value;
  if (!shown || shown.lines.length === 0) return;
  await post("/api/rota/news", { version: shown.version }).then(readNews, () => undefined);
}
