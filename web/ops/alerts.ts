/**
 * The alerts for an operator, one alert for each cause and region, so that nine bad posts of one region are one
 * alert. Pure.
 */

import type { Health, SecurityKind } from "../protocol/api.ts";
import type { Activity, ActivityLink, Overview } from "../protocol/messages.ts";

/** One line for the operator. */
export interface Alert {
  /** The key, which stays the same while the alert lasts. */
  key: string;
  cause: "loss" | "slow" | "silent" | "nobody" | "store" | "audit" | "set_aside" | "security";
  region: string;
  /** The names of places, or the kinds of security events. */
  places: string[];
  /** The worst link's loss in percent or round trip in milliseconds, or the events of ten minutes; 0 for other causes. */
  worst: number;
}

/** The time at which each alert was first seen, in milliseconds since 1970. */
export type FirstSeen = ReadonlyMap<string, number>;

/** The alerts of an overview and of the server's health. */
export function alertsOf(overview: Overview | null, health: Health | null): Alert[] {
  const found = new Map<string, Alert>();
  if (health && !health.store_ok) add(found, { cause: "store", region: "", place: "", worst: 0 });
  for (const { kind, recent } of health?.security ?? [])
    if (recent >= (ALARMING[kind] ?? Infinity))
      add(found, { cause: "security", region: "", place: kind, worst: recent });
  if (health?.audit?.flaw) add(found, { cause: "audit", region: "", place: "", worst: 0 });
  for (const { consultation } of overview?.set_aside ?? [])
    add(found, { cause: "set_aside", region: "", place: consultation.slice(0, ID_CHARS), worst: 0 });
  for (const activity of overview?.consultations ?? []) {
    const { place } = activity;
    if (activity.step === "nobody")
      add(found, { cause: "nobody", region: place.region, place: place.name, worst: 0 });
    if (isSilent(activity))
      add(found, { cause: "silent", region: place.region, place: place.name, worst: 0 });
    for (const link of activity.links) addLink(found, link);
  }
  return [...found.values()];
}

/** The times at which alerts were first seen; an alert that is new gets `now`. */
export function firstSeen(before: FirstSeen, alerts: readonly Alert[], now: number): FirstSeen {
  return new Map(alerts.map(({ key }) => [key, before.get(key) ?? now]));
}

function addLink(found: Map<string, Alert>, { place, link }: ActivityLink): void {
  const { region, name } = place;
  const loss = Math.max(link.up.loss, link.down.loss);
  if (loss > BAD_LOSS) add(found, { cause: "loss", region, place: name, worst: Math.round(loss * 100) });
  else if ((link.rtt_ms ?? 0) > SLOW_MS)
    add(found, { cause: "slow", region, place: name, worst: link.rtt_ms ?? 0 });
}

/** True if the consultation was claimed and the post has no transport. */
function isSilent({ step, age_ms, links }: Activity): boolean {
  return step === null && age_ms > JOINING_MS && !links.some(({ role }) => role === "kiosk");
}

type One = Pick<Alert, "cause" | "region" | "worst"> & { place: string };

function add(found: Map<string, Alert>, { cause, region, place, worst }: One): void {
  const key = `${cause}/${region}`;
  const alert = found.get(key) ?? { key, cause, region, places: [], worst: 0 };
  found.set(key, { ...alert, places: [...alert.places, place], worst: Math.max(alert.worst, worst) });
}

/**
 * The events within ten minutes from which on somebody should look. One tablet that was revoked is enough; people
 * mistype, and pages of the version before ask for what is gone.
 */
const ALARMING: Partial<Record<SecurityKind, number>> = {
  sign_in_failed: 30,
  enrolment_code: 30,
  liaison_code: 30,
  device_refused: 30,
  revoked_device: 1,
  challenge_refused: 30,
  throttled: 30,
  foreign_origin: 10,
  unknown_session: 300,
  route_refused: 30,
  record_refused: 10,
  photo_refused: 30,
  malformed: 100,
  grant_refused: 30,
  message_refused: 100,
  socket_abuse: 3,
};
/** The loss above which speech breaks, whatever repair there is. */
const BAD_LOSS = 0.1;
/** The round trip above which people wait for each other's words. */
const SLOW_MS = 900;
/** The characters of a consultation's identifier that an alert shows; the card below has all of them. */
const ID_CHARS = 8;
/** The time that a post may take to join. */
const JOINING_MS = 15_000;
