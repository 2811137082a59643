/**
 * The doctors to whom a case may be addressed by name: the server's list, kept in the sealed store, so that it is known without a
 * network. A name promises nothing: the server gives the case to whoever is on duty if that doctor cannot answer for it.
 */

import { signal } from "@preact/signals";
import { get } from "../../../client/index.ts";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import type { Colleague } from "../../../protocol/api.ts";
import { client } from "../../kiosk.ts";
import { connection } from "../../shell.ts";

/** The list, and when this tablet got it. */
interface Known {
  /** Server's time, ms since 1970, for showing only. */
  at: number;
  doctors: Colleague[];
}

/** What the tablet knows; null until it has read it. */
export const known = signal<Known | null>(null);

/** Reads what the tablet keeps, and asks the server if what it got is older than some minutes. */
export async function learnDoctors(): Promise<void> {
  known.value ??= (await client.kept.get<Known>("kept", NAME).catch(() => undefined)) ?? null;
  const age = wallNow() - (known.value?.at ?? 0);
  if (connection.state.peek().at !== "ready" || (age >= 0 && age < FRESH_MS)) return;
  const doctors = await get<Colleague[]>("/api/colleagues").catch(() => null);
  if (!doctors) return;
  known.value = { at: wallNow(), doctors };
  await client.kept.put("kept", NAME, known.value).catch(() => undefined);
}

const NAME = "doctors";
/** A list has some kilobytes, and changes with the accounts of the country. */
const FRESH_MS = 10 * 60_000;
