/**
 * The availability that a doctor declared, kept on this device, so that a server that was restarted or a page that was
 * opened again does not make the doctor absent without a word. It is forgotten at sign-out and after a night.
 */

import type { Client } from "../client/index.ts";
import { remember, remembered } from "../client/platform/storage.ts";
import type { Availability, PartyId } from "../protocol/messages.ts";

/** A declaration holds no longer than a long shift; after that the page asks again. */
const HOLDS_MS = 12 * 60 * 60 * 1000;
const NAME = "duty";
const STATES: readonly Availability[] = ["available", "busy", "away"];

interface Kept {
  party: PartyId;
  state: Availability;
  at: number;
}

function isKept(value: unknown): value is Kept {
  const { party, state, at } = (value ?? {}) as Partial<Kept>;
  return typeof party === "string" && typeof at === "number" && STATES.includes(state as Availability);
}

/** Declares an availability, and keeps it. */
export function declare(client: Client, state: Availability): void {
  client.desk.setAvailability(state);
  const party = client.identity.value?.party;
  if (party) remember(NAME, { party, state, at: Date.now() } satisfies Kept);
}

/** Declares again what the server does not know any more, now and whenever it welcomes us. */
export function keepDuty(client: Client): void {
  const again = (party: PartyId, availability: Availability) => {
    const kept = remembered(NAME, isKept);
    const holds = kept?.party === party && Date.now() - kept.at < HOLDS_MS;
    if (holds && availability === "away" && kept.state !== "away") client.desk.setAvailability(kept.state);
  };
  client.connection.on("welcome", ({ you, availability }) => again(you.party, availability));
  const you = client.identity.value;
  if (you) again(you.party, client.desk.availability.value);
}
