/** The properties that the parts of the call screen share. */

import type { Client, Ongoing } from "../client/index.ts";

export interface CallProps {
  client: Client;
  ongoing: Ongoing;
}
