/** The staff of this tablet's post, its PINs, and its presence in this page (`staff-presence.ts`). */

import { computed, effect, signal } from "@preact/signals";
import { get, now, seconds } from "../client/index.ts";
import { PostPin } from "../client/offline/pin.ts";
import { FinalRefusal } from "../client/offline/queue.ts";
import { StaffBook } from "../client/offline/staff-book.ts";
import { Disk } from "../client/platform/disk.ts";
import { type ApiError, post } from "../client/signalling/session.ts";
import { deviceNow, wallNow } from "../client/platform/wall-clock.ts";
import type { ConsultationId } from "../protocol/messages.ts";
import { client, queue } from "./kiosk.ts";
import { enrolledNow } from "./shell.ts";
import { StaffPresence } from "./staff-presence.ts";

/** The members of staff, and who of them is at the tablet. */
export const book = new StaffBook({ store: client.kept, connection: client.connection, get, post, wallClock: wallNow });
client.outbox.author = book;

/** What waits to be told: who took charge of which consultation, with the proof of that. */
interface Charge {
  consultation: ConsultationId;
  by: string;
}

/** Says that whoever is there took charge of a consultation that was begun without a PIN. Resolves when it is on the tablet; rejects if that is full. */
export function takeCharge(consultation: ConsultationId): Promise<void> {
  const key = `charge ${consultation}`;
  return queue.enqueue({ key, kind: "charge", group: key, body: { consultation, by: book.proof() ?? "" } satisfies Charge });
}

queue.handle("charge", async ({ body }) => {
  const charge = body as Charge;
  if (client.outbox.items.peek().has(`request ${charge.consultation}`)) throw new Error("The server does not have the consultation yet.");
  await post("/api/staff/charge", charge).catch((error: unknown) => {
    const { code } = error as ApiError;
    throw code === "pin" || code === "not_found" ? new FinalRefusal(code) : error;
  });
});

/** The PIN of the whole post, which opens while no member of staff is known. */
export const pin = new PostPin(new Disk("device"));

/** The presence of the staff. */
export const staff = new StaffPresence({
  now: () => (seconds.value, now()),
  wallClock: deviceNow,
  inCall: () => client.consultation.current.value !== null,
});

/** The tablet locks when nobody has touched it for two minutes; a call never locks. */
effect(() => {
  if (!staff.isHere.value) book.lock();
});

const hasPin = signal(false);
/** The tablet has a PIN from now on. */
export const pinIsSet = (): void => void (hasPin.value = true);
void pin.isSet().then((isSet) => isSet && pinIsSet(), () => undefined);

/** True while a passer-by may be at the tablet: it has a PIN, and nobody of the staff has shown themselves for two minutes. */
export const isLocked = computed(() => !staff.isHere.value && (hasPin.value || book.members.value.some(({ left }) => !left)));

/** The time of the last touch, by the page's clock. */
let touchedAt = now();
/** True if nobody has touched the screen for ten minutes. It is read like a signal. */
export const isDeserted = (): boolean => (seconds.value, now()) - touchedAt > DESERTED_MS;

/** True if a first PIN may be chosen: the operator's code was just used here, or a consultation has just ended. */
export const mayChoose = computed(() => enrolledNow.value || staff.isHere.value);

const touch = () => ((touchedAt = now()), staff.touched());
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touch, { capture: true });

/** Who is at the tablet, as they are named on paper; empty if nobody is. */
export function nurseHere(): string {
  const here = book.here.value;
  return here ? [here.name, here.title].filter(Boolean).join(", ") : "";
}

const DESERTED_MS = 10 * 60_000;
