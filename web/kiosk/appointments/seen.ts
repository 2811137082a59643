/** Which moves and cancellations of appointments somebody at this post has marked as seen, also before a power cut. */

import { signal } from "@preact/signals";
import { remember, remembered } from "../../client/platform/storage.ts";
import type { AppointmentRow } from "../../protocol/appointments.ts";
import { withSeen } from "./news.ts";

/** Their keys (`news.ts`). */
export const seen = signal<readonly string[]>(remembered("appointments_seen", isList) ?? []);

/** Marks one. */
export function markSeen(row: AppointmentRow): void {
  seen.value = withSeen(seen.value, row);
  remember("appointments_seen", seen.value);
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}
