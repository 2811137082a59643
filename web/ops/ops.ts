/**
 * The state of the operations page: who is signed in, the last overview, the server's health, and two minutes of each
 * figure.
 */

import { effect, signal } from "@preact/signals";
import { ApiError, Connection, get, me, now, signIn, signOut } from "../client/index.ts";
import { pagePorts } from "../client/signalling/ports.ts";
import type { Expected, Health } from "../protocol/api.ts";
import type { Identity, Overview } from "../protocol/messages.ts";
import { setTimeZone } from "../ui/dates.ts";
import { type Alert, alertsOf, type FirstSeen, firstSeen } from "./alerts.ts";
import { extend, linkKey, type Series } from "./series.ts";

/** The connection of this page. */
export const connection = new Connection(pagePorts);
/** The signed-in operator; null if there is none, undefined until that is known. */
export const identity = signal<Identity | null | undefined>(undefined);
/** True if somebody signed in who is no operator. */
export const refusedRole = signal(false);
/** The last overview; null before the first. */
export const overview = signal<Overview | null>(null);
/** The last health of the server; null before the first. */
export const health = signal<Health | null>(null);
/** The time at which the last overview came, on the scale of `now()`; ages in it count on from there. */
export const overviewAt = signal(0);
/** Uplink bits per second of each member, and the load of the server. */
export const trends = signal<Series>(new Map());
/** The time at which the session ends, on the scale of `now()`; null if the server tells none. */
export const sessionEnd = signal<number | null>(null);
/** The tablets and doctors that should be connected, as the server knows them; null before its first answer. */
export const expected = signal<Expected[] | null>(null);
/** The alerts of now, with the time at which each began. */
export const alerts = signal<(Alert & { since: number })[]>([]);

let known: FirstSeen = new Map();

connection.on("welcome", ({ session_ends_in_ms, time_zone }) => {
  setTimeZone(time_zone);
  sessionEnd.value = session_ends_in_ms === undefined ? null : now() + session_ends_in_ms;
  connection.send({ type: "watch", on: true });
});
connection.on("overview", (fresh) => {
  overview.value = fresh;
  overviewAt.value = now();
  trends.value = extend(trends.value, linksOf(fresh));
  updateAlerts();
});

/** Continues a session that exists; without a network it waits for one. */
export async function resumeSession(): Promise<void> {
  try {
    enter(await me());
  } catch {
    setTimeout(resumeSession, AGAIN_MS);
  }
}

/** Signs in. Throws ApiError. */
export async function signInWith(login: string, password: string): Promise<void> {
  enter(await signIn(login, password));
}

/** Signs out. */
export async function leave(): Promise<void> {
  connection.stop();
  await signOut().catch(() => undefined);
  identity.value = null;
}

function enter(who: Identity | null): void {
  refusedRole.value = who !== null && who.role !== "operator";
  identity.value = refusedRole.value ? null : who;
  if (identity.value) connection.start();
}

effect(() => {
  const state = connection.state.value;
  if (state.at === "ended" && state.reason === "signed_out") identity.value = null;
});

effect(() => {
  if (!identity.value) return;
  void fetchHealth();
  void fetchExpected();
  const timers = [setInterval(fetchHealth, HEALTH_EVERY_MS), setInterval(fetchExpected, EXPECTED_EVERY_MS)];
  return () => timers.forEach(clearInterval);
});

async function fetchHealth(): Promise<void> {
  try {
    health.value = await get<Health>("/api/ops/health");
    trends.value = extend(trends.value, new Map([["cpu", health.value.cpu_percent]]), false);
    updateAlerts();
  } catch (error) {
    if (error instanceof ApiError && error.code === "signed_out") identity.value = null;
  }
}

/** The last answer stays while the server is not reached. */
async function fetchExpected(): Promise<void> {
  expected.value = await get<Expected[]>("/api/ops/expected").catch(() => expected.value);
}

function updateAlerts(): void {
  const found = alertsOf(overview.value, health.value);
  known = firstSeen(known, found, Date.now());
  alerts.value = found.map((alert) => ({ ...alert, since: known.get(alert.key) ?? Date.now() }));
}

function linksOf({ consultations }: Overview): Map<string, number> {
  return new Map(
    consultations.flatMap(({ consultation, links }) =>
      links.map(({ link }) => [linkKey(consultation, link.member), link.up.bps] as const),
    ),
  );
}

const AGAIN_MS = 2000;
const HEALTH_EVERY_MS = 5000;
/** The list changes only when somebody comes or goes, and the overview tells who is there meanwhile. */
const EXPECTED_EVERY_MS = 30_000;
