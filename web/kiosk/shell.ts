//! What the first screen needs, and no more: the line to the server, who is there, which screen is wanted. The house
//! (the client, forms, calls) is fetched when somebody wants in, or when something already goes on.

import { computed, effect, signal } from "@preact/signals";
import { pageClock } from "../client/platform/clock.ts";
import { Connection } from "../client/signalling/connection.ts";
import { enrolledDevice } from "../client/signalling/device-key.ts";
import { keepSignedIn } from "../client/signalling/keep-signed-in.ts";
import { pagePorts } from "../client/signalling/ports.ts";
import { registerApp } from "../client/offline/update.ts";
import type { Place, RosterLine, Speciality } from "../protocol/messages.ts";
import type { Kind } from "./form.ts";

/** `known` also while no network can tell. `revoked`: enrol again. `replaced`: another window goes on. */
export type Access = "starting" | "unknown" | "known" | "revoked" | "replaced";
export const access = signal<Access>("starting");

/** Screens chosen by touch. A waiting request and a running consultation come before them. */
export type Screen =
  { at: "home" | "speciality" | "check" | "history" } | { at: "form"; kind: Kind; speciality: Speciality };
export const screen = signal<Screen>({ at: "home" });

export const connection = new Connection(pagePorts, true);
export const roster = signal<RosterLine[]>([]);

/** The post, also before the server has said who we are. */
export const place = signal<Place | null>(remembered("place"));

/** Where to telephone when nobody answers; kept for when there is no network either. */
export const fallback = signal<Place | null>(remembered("fallback"));

/** Something goes on that must not be disturbed, and that a power cut must find again. */
export const busy = signal(remembered<boolean>("busy") ?? false);

/** Somebody has gone through the device check on this tablet. */
export const checked = signal(remembered<boolean>("checked") ?? false);

/** Nobody is typing or reading: a new version of the page may take over. */
const quiet = computed(() => !busy.value && screen.value.at === "home");

export async function arrive(): Promise<void> {
  effect(() => {
    if (access.value === "known") start();
  });
  access.value = (await enrolledDevice()) ? "known" : "unknown";
}

/** The tablet is enrolled: everything starts, network or not. */
function start(): void {
  connection.start();
  let kept = false;
  // What is kept for the next visit is fetched behind this one's socket, not before it.
  effect(() => {
    if (kept || connection.state.value.at !== "ready") return;
    kept = true;
    void registerApp("poste", quiet);
  });
}

connection.on("roster", ({ lines }) => (roster.value = lines));
connection.on("welcome", (welcome) => {
  const { you, waiting, call } = welcome;
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

/** Small things about this tablet, readable before anything else is loaded. */
export function remember(name: string, value: unknown): void {
  localStorage.setItem(name, JSON.stringify(value));
}

export function remembered<T>(name: string): T | null {
  return JSON.parse(localStorage.getItem(name) ?? "null") as T | null;
}

/** The service worker fetches the new page meanwhile. */
const RELOAD_AFTER_MS = 3000;
