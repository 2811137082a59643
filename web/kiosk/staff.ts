/** Tells if the staff is at the tablet: after a PIN or a consultation, until nobody has touched the screen for two minutes. */

import { computed, effect, signal } from "@preact/signals";
import { now, seconds } from "../client/index.ts";
import { PostPin } from "../client/offline/pin.ts";
import { Disk } from "../client/platform/disk.ts";
import { client } from "./kiosk.ts";
import { enrolledNow } from "./shell.ts";

/** The PIN of this tablet. */
export const pin = new PostPin(new Disk("device"));

/** The time until which the staff is taken to be here; none at the start of the page. */
const hereUntil = signal(-Infinity);

/** True while patients' texts may be shown. */
export const staffIsHere = computed(
  () => client.consultation.current.value !== null || (seconds.value, now()) < hereUntil.value,
);

/** True if a first PIN may be chosen: the operator's code was just used here, or a consultation has just ended. */
export const mayChoose = computed(() => enrolledNow.value || staffIsHere.value);

/** The staff has shown itself. */
export function staffCame(): void {
  hereUntil.value = now() + IDLE_MS;
}

for (const touch of ["pointerdown", "keydown"])
  addEventListener(touch, () => staffIsHere.peek() && staffCame(), { capture: true });

let inCall = false;
effect(() => {
  const before = inCall;
  inCall = client.consultation.current.value !== null;
  if (before && !inCall) staffCame();
});

/** Nobody reads on for longer without a touch, and a tablet left alone shows nothing. */
const IDLE_MS = 2 * 60_000;
