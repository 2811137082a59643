/** The PIN of this tablet, and its staff's presence in this page (`staff-presence.ts`). */

import { computed } from "@preact/signals";
import { now, seconds } from "../client/index.ts";
import { PostPin } from "../client/offline/pin.ts";
import { Disk } from "../client/platform/disk.ts";
import { client } from "./kiosk.ts";
import { enrolledNow } from "./shell.ts";
import { StaffPresence } from "./staff-presence.ts";

/** The PIN of this tablet. */
export const pin = new PostPin(new Disk("device"));

/** The presence of the staff. */
export const staff = new StaffPresence({
  now: () => (seconds.value, now()),
  wallClock: Date.now,
  inCall: () => client.consultation.current.value !== null,
});

/** True if a first PIN may be chosen: the operator's code was just used here, or a consultation has just ended. */
export const mayChoose = computed(() => enrolledNow.value || staff.isHere.value);

for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => staff.touched(), { capture: true });
