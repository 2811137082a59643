/**
 * The state of the operations page: who is signed in, the last overview, the server's health, and two minutes of each
 * figure.
 */

import { effect, signal } from "@preact/signals";
import { Connection, get, now } from "../client/index.ts";
import { pagePorts } from "../client/signalling/ports.ts";
import { SignedIn } from "../client/signalling/signed-in.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { Expected, Health } from "../protocol/api.ts";
import type { Overview } from "../protocol/messages.ts";
import { setTimeZone } from "../ui/dates.ts";
import { type Alert, alertsOf, type FirstSeen, firstSeen } from "./alerts.ts";
import { extend, linkKey, type Series } from "./series.ts";

/** The connection of this page. */
export const connection = new Connection(pagePorts);
/** The operator who is signed in. */
export const account = new SignedIn("operator", connection);
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

effect(() => {
  if (!account.identity.value) return;
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
    account.note(error);
  }
}

/** The last answer stays while the server is not reached. */
async function fetchExpected(): Promise<void> {
  expected.value = await get<Expected[]>("/api/ops/expected").catch(() => expected.value);
}

function updateAlerts(): void {
  const found = alertsOf(overview.value, health.value);
  known = firstSeen(known, found, wallNow());
  alerts.value = found.map((alert) => ({ ...alert, since: known.get(alert.key) ?? wallNow() }));
}

function linksOf({ consultations }: Overview): Map<string, number> {
  return new Map(
    consultations.flatMap(({ consultation, links }) =>
      links.map(({ link }) => [linkKey(consultation, link.member), link.up.bps] as const),
    ),
  );
}

const HEALTH_EVERY_MS = 5000;
/** The list changes only when somebody comes or goes, and the overview tells who is there meanwhile. */
const EXPECTED_EVERY_MS = 30_000;
