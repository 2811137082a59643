/** The state of the coordinator's page: who is signed in, the rota of the days that are shown, and the changes of it. */

import { computed, effect, signal } from "@preact/signals";
import { ApiError, get, post } from "../client/signalling/session.ts";
import { SignedIn } from "../client/signalling/signed-in.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { ChangeRota, RotaEdit, RotaRefusal, RotaView } from "../protocol/rota.ts";
import type { Speciality } from "../protocol/messages.ts";
import { localInput, mondayOf, setTimeZone } from "../ui/dates.ts";
import { errorTextOf } from "../ui/i18n.ts";
import { connection, isLive } from "./live.ts";

/** The coordinator who is signed in. */
export const account = new SignedIn("coordinator", connection);
/** The rota of the shown week; null before the first answer. */
export const rota = signal<RotaView | null>(null);
/** The reason for which the rota may be old; null if it is fresh. */
export const stale = signal<string | null>(null);
/** The first day of the shown week, as `2028-02-28`; null for the week of today. */
export const firstDay = signal<string | null>(null);
/** The speciality that is shown; null for all. */
export const only = signal<Speciality | null>(null);

/** The outcome of a change: made, or why not. */
export type Outcome = { at: "made" } | { at: "refused"; text: string } | { at: "taken_off"; refusal: RotaRefusal };

/** Signs out. */
export async function leave(): Promise<void> {
  await account.signOut();
  rota.value = null;
}

/** Shows another week: `weeks` later than the shown one, or today's with 0. */
export function move(weeks: number): void {
  const monday = rota.value?.midnights[0];
  if (weeks === 0 || monday === undefined) firstDay.value = null;
  else firstDay.value = localInput(monday + (weeks * 7 + 0.5) * DAY_MS).slice(0, 10);
}

let reading = false;
let readAgain = false;

/** Reads the rota of the shown week. What is asked meanwhile is read once more afterwards, however often it was asked. */
export async function refresh(): Promise<void> {
  if (reading) return void (readAgain = true);
  reading = true;
  const asked = firstDay.value;
  try {
    const fresh = await get<RotaView>(`/api/rota?from=${asked ?? mondayOf(wallNow())}&days=7`);
    // An answer that was under way while this page made a change is older than what is shown.
    if (asked === firstDay.value && fresh.version >= (rota.value?.version ?? 0)) take(fresh);
  } catch (error) {
    account.note(error);
    stale.value = errorTextOf(error);
  }
  reading = false;
  if (!readAgain) return;
  readAgain = false;
  await refresh();
}

/** Makes a change of the rota as it is shown. `confirmed` says that taking somebody off duty who is on duty now is meant. */
export async function change(edit: RotaEdit, confirmed = false, reason = ""): Promise<Outcome> {
  const seen = rota.value;
  if (!seen) return { at: "refused", text: errorTextOf(new ApiError("offline")) };
  const days = { from: localInput(seen.midnights[0]! + DAY_MS / 2).slice(0, 10), days: 7 };
  const body: ChangeRota = { version: seen.version, edit, confirmed, reason, days };
  try {
    take(await post<RotaView>("/api/rota", body));
    return { at: "made" };
  } catch (error) {
    const refusal = error instanceof ApiError ? (error.body as RotaRefusal | null) : null;
    if (refusal?.rota) take(refusal.rota);
    if (refusal?.code === "rota_uncovered" || refusal?.code === "rota_on_duty") return { at: "taken_off", refusal };
    if (refusal?.code === "not_found") void refresh();
    return { at: "refused", text: errorTextOf(error) };
  }
}

function take(fresh: RotaView): void {
  setTimeZone(fresh.zone);
  rota.value = fresh;
  stale.value = null;
}

/** The server tells of every change, also of the end of a duty. */
connection.on("rota_changed", () => void refresh());

const signedIn = computed(() => account.identity.value?.party ?? null);

effect(() => {
  void firstDay.value;
  if (!signedIn.value) return;
  void refresh();
  const timer = setInterval(refresh, isLive.value ? CLOCK_MS : REFRESH_MS);
  return () => clearInterval(timer);
});

/** The longest reason for a change, characters, as the server takes it. */
export const REASON_CHARS = 200;
/** Without the live connection, another coordinator's change is seen within this time; a change on an older state is refused in any case. */
const REFRESH_MS = 15_000;
/** With it, the rota is read again only so that "today" and "now" stay right. */
const CLOCK_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;
