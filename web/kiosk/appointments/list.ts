/** The appointments of this post, as this tablet knew them last: fetched while it rests and where they are shown, and kept for a dead link. */

import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import { get } from "../../client/signalling/session.ts";
import type { AppointmentList, AppointmentRow } from "../../protocol/appointments.ts";

const store = new SealedStore("kiosk");

/** The server's time at which the list that is shown was read, in ms since 1970; null while this tablet has none. */
export const readAt = signal<number | null>(null);

/** How often the list was asked for, and which of these answers is shown: times of the server may go back, when its clock is set right. */
let [asked, shown] = [0, 0];

let loading: Promise<void> | null = null;

/** Reads once what the tablet keeps into `rows`. A store that cannot be read counts as empty. */
export const loadAppointments = (rows: Signal<AppointmentRow[]>): Promise<void> =>
  (loading ??= store.get<AppointmentList>("kept", NAME).then(
    (kept) => void (kept && readAt.peek() === null && take(kept, rows)),
    () => undefined,
  ));

/** Fetches the list now, into `rows` and onto the tablet. Rejects if the server was not reached. */
export async function fetchAppointments(rows: Signal<AppointmentRow[]>): Promise<void> {
  const mine = ++asked;
  const list = await get<AppointmentList>("/api/appointments");
  // Of two answers the one that was asked for later stands.
  if (mine < shown) return;
  shown = mine;
  take(list, rows);
  await store.put("kept", NAME, list).catch(() => undefined);
}

function take(list: AppointmentList, rows: Signal<AppointmentRow[]>): void {
  readAt.value = list.at;
  rows.value = [...list.appointments, ...(list.cancelled ?? [])];
}

/** Keeps `appointments` up to date while `quiet` is true: at each new socket, after each change, and some times a day. */
export function keepAppointments(connection: Connection, quiet: ReadonlySignal<boolean>, appointments: Signal<AppointmentRow[]>): void {
  let [fetchedAt, fetched] = [-Infinity, -1];
  const changes = signal(0);
  const changed = () => (changes.value += 1);
  // The first welcome came before this file.
  connection.on("welcome", changed);
  connection.on("appointments_changed", changed);
  void loadAppointments(appointments);
  effect(() => {
    const wanted = changes.value;
    if (!quiet.value || connection.state.value.at !== "ready") return;
    if (wanted === fetched && now() - fetchedAt < PAUSE_MS) return;
    return pageClock.after(SETTLE_MS, () =>
      fetchAppointments(appointments).then(
        () => void ([fetchedAt, fetched] = [now(), wanted]),
        () => undefined,
      ),
    );
  });
}

const NAME = "appointments";
/** The time that a page has for itself before anything is fetched in the background. */
const SETTLE_MS = 1000;
const PAUSE_MS = 2 * 60 * 60_000;
