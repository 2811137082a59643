/** Listens for evacuations at the desk. What tells of them is loaded when the first one comes, because most days have none. */

import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import type { Connection } from "../../client/index.ts";
import { get } from "../../client/signalling/session.ts";
import type { Referral } from "../../protocol/messages.ts";

/** What became of evacuations, as soon as there is something to tell. */
export const newsBanners = signal<FunctionComponent | null>(null);

/** Listens to a connection until the returned function is called. A link that is lost while it loads is tried again, because nobody says it twice. */
export function listen(connection: Connection): () => void {
  const tell = (told: Referral): void =>
    void import("./first-news.ts").then(
      ({ firstNews }) => (newsBanners.value = firstNews(connection, told)),
      () => setTimeout(tell, 5_000, told),
    );
  // What happened while no page of this doctor was open was told to nobody.
  void get<Referral[]>("/api/referrals/own").then((all) => all.forEach(tell), () => undefined);
  return connection.on("referral", tell);
}
