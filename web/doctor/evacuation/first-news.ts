/** What `desk.ts` loads with the first news of an evacuation. */

import type { Connection } from "../../client/index.ts";
import type { Referral } from "../../protocol/messages.ts";
import { NewsBanners } from "./later.ts";
import { follow, take } from "./told.ts";

/** Takes the news, listens to those that follow, and returns what shows them. */
export function firstNews(connection: Connection, told: Referral) {
  follow(connection);
  take(told);
  return NewsBanners;
}
