/**
 * Who is not there: the posts and doctors that this browser has seen connected within a month and that are not now. The
 * server tells only who is connected, so a post that never was connected while somebody watched is not in the list.
 */

import type { Online, PartyId, Place, Role } from "../protocol/messages.ts";

/** Somebody who was connected. */
export interface Seen {
  party: PartyId;
  role: Role;
  place: Place;
  /** The time by this device's clock at which they were seen last, in ms since 1970. */
  at: number;
}

/** What was known and what is seen now; whoever was not seen for a month is forgotten. */
export function seenWith(known: readonly Seen[], online: readonly Online[], now: number): Seen[] {
  const fresh = online.filter(({ role }) => role === "kiosk" || role === "doctor");
  const here = new Set(fresh.map(({ party }) => party));
  const before = known.filter(({ party, at }) => !here.has(party) && now - at < FORGET_MS && at <= now);
  return [...fresh.map(({ party, role, place }) => ({ party, role, place, at: now })), ...before].slice(0, MOST);
}

/** Who is not connected: posts before doctors, and whoever left last first. */
export function absentFrom(known: readonly Seen[], online: readonly Online[]): Seen[] {
  const here = new Set(online.map(({ party }) => party));
  const absent = known.filter(({ party }) => !here.has(party));
  return absent.sort((a, b) => Number(a.role !== "kiosk") - Number(b.role !== "kiosk") || b.at - a.at);
}

/** True for a list that `remember` has kept. */
export function isSeenList(value: unknown): value is Seen[] {
  return Array.isArray(value) && value.every((one) => typeof one?.party === "string" && typeof one?.at === "number" && one?.place);
}

const FORGET_MS = 30 * 24 * 3600_000;
/** As many as the server tells in one overview. */
const MOST = 2000;
