/** The staff of this tablet's post, its PINs, and its presence in this page (`staff-presence.ts`). */

import { computed, effect } from "@preact/signals";
import { get, now, seconds } from "../client/index.ts";
import { PostPin } from "../client/offline/pin.ts";
import { StaffBook } from "../client/offline/staff-book.ts";
import { Disk } from "../client/platform/disk.ts";
import { post } from "../client/signalling/session.ts";
import { client } from "./kiosk.ts";
import { enrolledNow } from "./shell.ts";
import { StaffPresence } from "./staff-presence.ts";

/** The members of staff, and who of them is at the tablet. */
export const book = new StaffBook({ store: client.kept, connection: client.connection, get, post, wallClock: Date.now });
client.outbox.author = book;

/** The PIN of the whole post, which opens while no member of staff is known. */
export const pin = new PostPin(new Disk("device"));

/** The presence of the staff. */
export const staff = new StaffPresence({
  now: () => (seconds.value, now()),
  wallClock: Date.now,
  inCall: () => client.consultation.current.value !== null,
});

/** The tablet locks when nobody has touched it for two minutes; a call never locks. */
effect(() => {
  if (!staff.isHere.value) book.lock();
});

/** True if a first PIN may be chosen: the operator's code was just used here, or a consultation has just ended. */
export const mayChoose = computed(() => enrolledNow.value || staff.isHere.value);

for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => staff.touched(), { capture: true });

/** Who is at the tablet, as they are named on paper; empty if nobody is. */
export function nurseHere(): string {
  const here = book.here.value;
  return here ? [here.name, here.title].filter(Boolean).join(", ") : "";
}
