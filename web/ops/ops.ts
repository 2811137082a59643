//! What the operations page knows: who signed in, the last overview, the server's health, and two minutes of each.

import { effect, signal } from "@preact/signals";
import { ApiError, Connection, get, me, now, signIn, signOut } from "../client/index.ts";
import { pagePorts } from "../client/signalling/ports.ts";
import type { Health } from "../protocol/api.ts";
import type { Identity, Overview } from "../protocol/messages.ts";
import { type Alert, alertsOf, type Since, sinceWhen } from "./alerts.ts";
import { extend, linkKey, type Series } from "./series.ts";

export const connection = new Connection(pagePorts);
/** Undefined: not known yet. */
export const identity = signal<Identity | null | undefined>(undefined);
export const refusedRole = signal(false);
export const overview = signal<Overview | null>(null);
export const health = signal<Health | null>(null);
/** When the last overview came, on `now()`'s scale: ages in it count on from there. */
export const overviewAt = signal(0);
/** Upward bits a second of each participant, and load of the server. */
export const trends = signal<Series>(new Map());
export const alerts = signal<(Alert & { since: number })[]>([]);

let known: Since = new Map();

connection.on("welcome", () => connection.send({ type: "watch", on: true }));
connection.on("overview", (fresh) => {
  overview.value = fresh;
  overviewAt.value = now();
  trends.value = extend(trends.value, linksOf(fresh));
  weigh();
});

export async function arrive(): Promise<void> {
  try {
    enter(await me());
  } catch {
    setTimeout(arrive, AGAIN_MS);
  }
}

export async function enterWith(login: string, password: string): Promise<void> {
  enter(await signIn(login, password));
}

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
  void ask();
  const timer = setInterval(ask, HEALTH_EVERY_MS);
  return () => clearInterval(timer);
});

async function ask(): Promise<void> {
  try {
    health.value = await get<Health>("/api/ops/health");
    trends.value = extend(trends.value, new Map([["cpu", health.value.cpu_percent]]), false);
    weigh();
  } catch (error) {
    if (error instanceof ApiError && error.code === "signed_out") identity.value = null;
  }
}

function weigh(): void {
  const found = alertsOf(overview.value, health.value);
  known = sinceWhen(known, found, Date.now());
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
