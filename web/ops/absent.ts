/** Who is not there: the tablets and doctors that the server expects and that are not connected. Pure. */

import type { Expected } from "../protocol/api.ts";
import type { Online } from "../protocol/messages.ts";

/** Who is not connected: tablets before doctors, whoever left last first, and at the end those that never came. */
export function absentFrom(expected: readonly Expected[], online: readonly Online[]): Expected[] {
  const here = new Set(online.map(({ party }) => party));
  const absent = expected.filter(({ party }) => !here.has(party));
  return absent.sort((a, b) => Number(a.role !== "kiosk") - Number(b.role !== "kiosk") || (b.seen_at ?? 0) - (a.seen_at ?? 0));
}
