/** Whose voice has found no path in a call. It is loaded with the call screen, whose parts share one watch. */

import { now, type Ongoing, seconds } from "../client/index.ts";
import { PathWatch } from "../client/quality/path-watch.ts";
import type { MemberId } from "../protocol/messages.ts";

const watch = new PathWatch();

/** The members, ourselves included, who reach the server and for whose voice no path has been found for long. Looks each second. */
export function withoutPath({ id, members }: Ongoing): MemberId[] {
  void seconds.value;
  return watch.update(now(), id, members);
}
