/**
 * The state that the kiosk's first screen needs, and no more: the connection, the roster, and the screen that was
 * chosen. The client, the forms and the calls are loaded when another screen is chosen, or when something is already
 * going on.
 */

import { computed, effect, signal } from "@preact/signals";
import type { VNode } from "preact";
import { pageClock } from "../client/platform/clock.ts";
import { Disk } from "../client/platform/disk.ts";
import { deviceList } from "../client/platform/device-list.ts";
import { remember, remembered } from "../client/platform/storage.ts";
import { Connection } from "../client/signalling/connection.ts";
import { Cases } from "../client/workflow/cases.ts";
import { enrolledDevice } from "../client/signalling/device-key.ts";
import { keepSignedIn } from "../client/signalling/keep-signed-in.ts";
import { inPieces } from "../client/signalling/pieces.ts";
import { pagePorts } from "../client/signalling/ports.ts";
import type { AppointmentRow } from "../protocol/appointments.ts";
import type { ConsultationId, Place, RosterLine, Speciality } from "../protocol/messages.ts";
import { setTimeZone } from "../ui/dates.ts";
import type { FormKind } from "./form.ts";

/**
 * The access of this tablet: `known` also without a network, `revoked` if it must be enrolled again, `replaced` if
 * another window took over.
 */
export type Access = "starting" | "unknown" | "known" | "revoked" | "replaced";
/** The access that this tablet has now. */
export const access = signal<Access>("starting");

/** The screens that are chosen by touch. A waiting request and a running consultation come before them. */
export type Screen =
  | { at: "home" | "speciality" | "check" | "history" | "cases" | "stock" | "evacuations" }
  | { at: "form"; kind: FormKind; speciality: Speciality }
  | { at: "filed" | "case" | "examine"; id: ConsultationId };
/** The screen that was chosen. */
export const screen = signal<Screen>({ at: "home" });

/** True if the operator's code was used on this page. */
export const enrolledNow = signal(false);

/** The connection, which the client takes over when it is loaded. */
export const connection = new Connection({ ...pagePorts, open: () => inPieces(pagePorts.open()), pieces: true }, true);
/** The deferred cases of this post. */
export const cases = new Cases(connection, pageClock);
/** The number of cases that were filed here and that the server does not have yet. */
export const unsent = signal(0);
/** The door to the stock of the post, once `rest.ts` has brought it. */
export const stockDoor = signal<VNode | null>(null);
/** The number of available and busy doctors by speciality. */
export const roster = signal<RosterLine[]>([]);

/** The post, known also before the server has told it. */
export const place = signal<Place | null>(remembered("place", isPlace));

/** The place to telephone when nobody answers, known also without a network. */
export const fallback = signal<Place | null>(remembered("fallback", isPlace));

/** The appointments of the post from today on, with those that were cancelled; empty until the tablet rests. */
export const appointments = signal<AppointmentRow[]>([]);

/** True while something is going on that must not be disturbed, and that must be found again after a power cut. */
export const busy = signal(remembered("busy", isTrue) ?? false);

/** True while something waits on this tablet to be sent, or cases are open, so that both are there after a power cut, too. */
export const outgoing = signal(remembered("outgoing", isTrue) ?? false);

/** A device check that was passed: when, in ms since 1970, and with which microphones and cameras. */
export interface Checked {
  at: number;
  devices: string;
}
/** The check that this tablet has passed last; null if there is none, or if the devices are others now. */
export const checked = signal(remembered("checked", isChecked));

/** True while nobody types or reads, so that a new version of the page may take over. */
const quiet = computed(() => !busy.value && screen.value.at === "home");

/** Starts the kiosk: finds out whether the tablet is enrolled, and connects. `warm` loads what shows prescriptions. */
export async function startKiosk(warm: () => Promise<unknown>): Promise<void> {
  warmPrescriptions = warm;
  void compareDevices();
  navigator.mediaDevices?.addEventListener("devicechange", () => void compareDevices());
  effect(() => {
    if (access.value === "known") start();
  });
  access.value = (await untilRead(enrolledDevice)) ? "known" : "unknown";
}

/** Asks the disk until it answers: a disk that fails is no tablet without an enrolment or without unsent work. */
async function untilRead<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch {
      await new Promise<void>((resolve) => pageClock.after(DISK_AGAIN_MS, resolve));
    }
  }
}

function isChecked(value: unknown): value is Checked {
  const { at, devices } = (value ?? {}) as Partial<Checked>;
  return typeof at === "number" && typeof devices === "string";
}

/** Forgets a check that was passed with other devices than those of now. */
async function compareDevices(): Promise<void> {
  const devices = await deviceList();
  if (devices !== null && checked.value && checked.value.devices !== devices) remember("checked", (checked.value = null));
}

function isTrue(value: unknown): value is boolean {
  return value === true;
}

/** True for a place that every screen can show. */
function isPlace(value: unknown): value is Place {
  const { name, district, phone } = (value ?? {}) as Partial<Record<keyof Place, unknown>>;
  return [name, district, phone].every((text) => typeof text === "string");
}

/** Looks on the disk for unsent work: Web Storage, which remembers `outgoing`, is written some seconds late and forgets it in a power cut. */
async function findUnsent(): Promise<void> {
  const disk = new Disk("kiosk", true);
  // A file may also be a voice note that nobody has sent; the queue is loaded then, and knows better.
  if (await untilRead(async () => (await disk.count("outbox")) + (await disk.count("files")))) outgoing.value = true;
}

let warmPrescriptions: () => Promise<unknown>;
let rests = false;
function restSoon(): void {
  pageClock.after(REST_MS, async () => {
    if (rests) return;
    rests = true;
    const shell = { connection, quiet, outgoing, busy, appointments, warm: warmPrescriptions, screen };
    await import("./rest.ts").then(({ rest }) => (stockDoor.value = rest(shell)), () => (rests = false));
  });
}

/** Starts everything on an enrolled tablet, with or without a network. */
function start(): void {
  connection.start();
  void findUnsent();
  // A tablet that knows the page already looks after its space without a network, too.
  if (navigator.serviceWorker?.controller) restSoon();
  let kept = false;
  // The files for the next visit are fetched after this visit's socket is open.
  effect(() => {
    if (kept || connection.state.value.at !== "ready") return;
    kept = true;
    import("../client/offline/update.ts").then(
      ({ registerApp }) => registerApp("poste", quiet, connection.outdated),
      () => (kept = false),
    );
    // What a tablet keeps for later is loaded once the first screen, its link and the service worker have had their turn.
    restSoon();
  });
}

connection.on("roster", ({ lines }) => (roster.value = lines));
connection.on("welcome", (welcome) => {
  const { you, waiting, call } = welcome;
  setTimeZone(welcome.time_zone);
  remember("place", (place.value = you.place));
  remember("fallback", (fallback.value = welcome.fallback));
  if (waiting || call) busy.value = true;
});

keepSignedIn(connection, pageClock, () => (access.value = "revoked"));

effect(() => {
  const state = connection.state.value;
  if (state.at !== "ended") return;
  if (state.reason === "replaced") access.value = "replaced";
  if (state.reason === "version") setTimeout(() => location.reload(), RELOAD_AFTER_MS);
});

effect(() => remember("busy", busy.value));
effect(() => remember("outgoing", outgoing.value));

/** The time that the first screen has for itself. */
const REST_MS = 4000;
/** The pause before the disk is asked again. */
const DISK_AGAIN_MS = 2000;
/** The pause before a reload, in which the service worker fetches the new page. */
const RELOAD_AFTER_MS = 3000;
