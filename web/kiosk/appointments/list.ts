/** The appointments of this post, as this tablet knew them last: fetched while it rests, and kept for a dead link. */

import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import { now, pageClock } from "../../client/platform/clock.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import { get } from "../../client/signalling/session.ts";
import type { AppointmentList, AppointmentRow } from "../../protocol/appointments.ts";

const store = new SealedStore("kiosk");

/** Keeps `appointments` up to date while `quiet` is true: at each new socket, after each change, and some times a day. */
export function keepAppointments(connection: Connection, quiet: ReadonlySignal<boolean>, appointments: Signal<AppointmentRow[]>): void {
  let [fetchedAt, fetched] = [-Infinity, -1];
  const changes = signal(0);
  const changed = () => (changes.value += 1);
  // The first welcome came before this file.
  connection.on("welcome", changed);
  connection.on("appointments_changed", changed);
  // A store that cannot be read counts as empty.
  void store.get<AppointmentList>("kept", NAME).then(
    (kept) => fetched < 0 && kept && (appointments.value = kept.appointments),
    () => undefined,
  );
  effect(() => {
    const wanted = changes.value;
    if (!quiet.value || connection.state.value.at !== "ready") return;
    if (wanted === fetched && now() - fetchedAt < PAUSE_MS) return;
    return pageClock.after(SETTLE_MS, async () => {
      const list = await get<AppointmentList>("/api/appointments").catch(() => null);
      if (!list) return;
      [fetchedAt, fetched] = [now(), wanted];
      appointments.value = list.appointments;
      await store.put("kept", NAME, list).catch(() => undefined);
    });
  });
}

const NAME = "appointments";
/** The time that a page has for itself before anything is fetched in the background. */
const SETTLE_MS = 1000;
const PAUSE_MS = 2 * 60 * 60_000;
