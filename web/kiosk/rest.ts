/**
 * What a tablet does while it rests, loaded once the first screen, its link and the service worker have had their turn: it fetches what is needed without a
 * network, and looks after the space of the device.
 */

import { computed, effect, type ReadonlySignal, type Signal } from "@preact/signals";
import type { VNode } from "preact";
import { SealedStore } from "../client/offline/sealed-store.ts";
import { lookAgain, lookAtSpace } from "../client/offline/space.ts";
import { pageClock } from "../client/platform/clock.ts";
import { spaceIsShort } from "../client/platform/storage.ts";
import type { Connection } from "../client/signalling/connection.ts";
import type { AppointmentRow } from "../protocol/appointments.ts";
import { keepAppointments } from "./appointments/list.ts";
import { keepDuty } from "./duty/list.ts";
import { keepReferrals } from "./evacuation/keeping.ts";
import { keepNearest } from "./nearest/list.ts";
import { keepPatients } from "./patients/list.ts";
import { keepSentences } from "./spoken/sentences.ts";
import { keepStock } from "./stock/book.ts";
import { type StockChosen, stockDoor } from "./stock/StockDoor.tsx";

/** What is needed of `shell.ts`, which loads this file. */
interface Shell<Screen> {
  connection: Connection;
  quiet: ReadonlySignal<boolean>;
  outgoing: Signal<boolean>;
  busy: ReadonlySignal<boolean>;
  /** The appointments of the post from today on. */
  appointments: Signal<AppointmentRow[]>;
  /** Loads what shows prescriptions. */
  warm: () => Promise<unknown>;
  /** The screen that was chosen. */
  screen: { value: Screen | StockChosen };
}

/** Begins, and returns the door to the stock, which the first screen does without until now. It is called once. */
export function rest<Screen>({ connection, quiet, outgoing, busy, appointments, warm, screen }: Shell<Screen>): VNode {
  const store = new SealedStore("kiosk");
  const look = () => void lookAtSpace(store).catch(() => undefined);
  look();
  setInterval(look, LOOK_EVERY_MS);
  const again = () => void (spaceIsShort.peek() && quiet.peek() && lookAgain().catch(() => undefined));
  setInterval(again, AGAIN_EVERY_MS);
  // Whoever deletes photos leaves this page for it, and comes back.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
  // A device without space fetches nothing that it can do without.
  const hasRoom = computed(() => quiet.value && !spaceIsShort.value);
  void keepReferrals(connection, outgoing, busy);
  keepDuty(connection, hasRoom);
  // Telephone numbers are for an emergency, and take less space than a draft.
  keepNearest(connection, quiet);
  keepAppointments(connection, hasRoom, appointments);
  keepPatients(connection, hasRoom);
  // Counts are small, and nobody else has them.
  keepStock(connection, quiet);
  keepSentences(connection, hasRoom);
  warmWithoutWorker(connection, quiet, warm);
  return stockDoor(screen);
}

/**
 * Loads what shows a prescription while the tablet rests, where no service worker keeps it, as under a certificate that is not trusted. It would be
 * fetched beside a voice otherwise.
 */
function warmWithoutWorker({ state }: Connection, quiet: ReadonlySignal<boolean>, warm: () => Promise<unknown>): void {
  effect(() => {
    if (!quiet.value || state.value.at !== "ready") return;
    return pageClock.after(WARM_MS, () => {
      if (!navigator.serviceWorker?.controller) void warm().catch(() => undefined);
    });
  });
}

/** The worker of a first visit has kept everything by then. */
const WARM_MS = 60_000;
const LOOK_EVERY_MS = 30_000;
/** What is asked for is written, if there is some space, so it is not asked for often. */
const AGAIN_EVERY_MS = 3_600_000;
