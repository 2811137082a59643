/** The state that the doctor's screens share: who is signed in, and the client of the session. */

import { effect, signal, untracked } from "@preact/signals";
import { Client, me, now, signIn, signOut } from "../client/index.ts";
import type { ConsultationId, Identity } from "../protocol/messages.ts";
import { pageClock } from "../client/platform/clock.ts";
import { setTimeZone } from "../ui/dates.ts";
import { watchRing } from "./ringing.ts";

/** `arriving`: not known yet · `out`: nobody is signed in · `in`: somebody is. */
export type Session = { at: "arriving" } | { at: "out"; code: string | null } | { at: "in"; client: Client };
/** The session of this page. */
export const session = signal<Session>({ at: "arriving" });

/** The time at which the session ends, on the scale of `now()`; null if the server tells none. */
export const sessionEnd = signal<number | null>(null);

/** The chosen screen: the desk or the past consultations. */
export const page = signal<"desk" | "history">("desk");
/** The case that is open in place of the chosen screen; null if none is. */
export const openCase = signal<ConsultationId | null>(null);

/** Continues a session that exists. Without a network it waits for one; typed texts are on this device. */
export async function resumeSession(): Promise<void> {
  try {
    const identity = await me();
    if (identity) enter(identity);
    else session.value = { at: "out", code: null };
  } catch {
    setTimeout(resumeSession, RETRY_MS);
  }
}

/** Listens to what is pressed on notifications, once there is a service worker: a first visit starts without one. */
export function listenToWorker(): void {
  const signedIn = () => (session.value.at === "in" ? session.value.client : null);
  const listen = () => void import("./pressed.ts").then(({ watchPressed }) => watchPressed(signedIn), () => undefined);
  const workers = navigator.serviceWorker;
  if (workers?.controller) listen();
  else workers?.addEventListener("controllerchange", listen, { once: true });
}

/** Signs in. Throws ApiError. */
export async function signInWith(login: string, password: string): Promise<void> {
  enter(await signIn(login, password));
}

/** Signs out and starts the page again. */
export async function leave(client: Client): Promise<void> {
  client.stop();
  await import("./pressed.ts").then(({ closeNotifications }) => closeNotifications()).catch(() => undefined);
  await signOut().catch(() => undefined);
  location.reload();
}

function enter({ role, party }: Identity): void {
  if (role !== "doctor" && role !== "guest") {
    session.value = { at: "out", code: "not_here" };
    return;
  }
  const client = new Client({ role, party });
  session.value = { at: "in", client };
  client.connection.on("welcome", ({ session_ends_in_ms, time_zone }) => {
    setTimeZone(time_zone);
    sessionEnd.value = session_ends_in_ms === undefined ? null : now() + session_ends_in_ms;
  });
  client.start();
  watchRing(client);
  let watched = false;
  effect(() => {
    if (watched || client.cases.rows.value.length === 0) return;
    watched = true;
    import("./cases/watch.ts").then(
      ({ watchCases }) => watchCases(client),
      () => (watched = false),
    );
  });
  // Prepares the transport while somebody waits, so that it is up before "Prendre" is pressed.
  effect(() => {
    const { rows, invitation } = client.desk;
    if (rows.value.length || invitation.value) untracked(() => void client.call.prepare());
  });
  effect(() => {
    const rings = client.desk.rows.value.some(({ ringing }) => ringing);
    untracked(() => client.prepare(rings));
  });
  // The next visit comes after this one, so what keeps the page on the device is loaded last.
  import("../client/offline/update.ts").then(
    ({ registerApp }) => registerApp("medecin", client.idle, client.connection.outdated),
    () => undefined,
  );
  pageClock.after(WORKER_MS, () => {
    if (navigator.serviceWorker?.controller) return;
    import("./prescription/warm.ts").then(
      ({ warmEditor }) => warmEditor(client, pageClock),
      () => undefined,
    );
  });
  effect(() => {
    const state = client.connection.state.value;
    if (state.at !== "ended") return;
    if (state.reason === "signed_out" || state.reason === "revoked") {
      untracked(() => client.call.end());
      session.value = { at: "out", code: "signed_out" };
    }
    if (state.reason === "version") setTimeout(() => location.reload(), RETRY_MS);
  });
}

const RETRY_MS = 3000;

/** The worker of a first visit has kept everything by then: 170 kB at 40 kbit/s take 34 s. */
const WORKER_MS = 60_000;
