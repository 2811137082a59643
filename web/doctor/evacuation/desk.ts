/** Listens for evacuations at the desk. What tells of them is loaded when the first one comes, because most days have none. */

import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import type { Connection } from "../../client/index.ts";
import type { Referral } from "../../protocol/messages.ts";

/** What became of evacuations, as soon as there is something to tell. */
export const newsBanners = signal<FunctionComponent | null>(null);

/** Listens to a connection until the returned function is called. */
export function listen(connection: Connection): () => void {
  const tell = async (told: Referral) => {
    const [{ follow, take }, { NewsBanners }] = await Promise.all([import("./told.ts"), import("./later.ts")]);
    follow(connection);
    take(told);
    newsBanners.value = NewsBanners;
  };
  // A link that was lost at this moment is tried again, because nobody says it twice.
  const tellUntilLoaded = (told: Referral): void => void tell(told).catch(() => setTimeout(tellUntilLoaded, RETRY_MS, told));
  return connection.on("referral", tellUntilLoaded);
}

const RETRY_MS = 5_000;
