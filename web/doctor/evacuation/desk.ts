/** Listens for evacuations at the desk. What tells of them is loaded when the first one comes, because most days have none. */

import { signal } from "@preact/signals";
import type { FunctionComponent } from "preact";
import type { Connection } from "../../client/index.ts";

/** What became of evacuations, as soon as there is something to tell. */
export const newsBanners = signal<FunctionComponent | null>(null);

/** Listens to a connection until the returned function is called. */
export const listen = (connection: Connection): (() => void) =>
  connection.on("referral", async (told) => {
    const [{ follow, take }, { NewsBanners }] = await Promise.all([import("./told.ts"), import("./later.ts")]);
    follow(connection);
    take(told);
    newsBanners.value = NewsBanners;
  });
