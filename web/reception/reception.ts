/** The state of the reception page: the list of evacuations, the letter that is open, and what is done with it. */

import { computed, effect, signal } from "@preact/signals";
import { ApiError, get, post } from "../client/signalling/session.ts";
import { isReadable } from "../client/workflow/answers.ts";
import { setServerTime } from "../client/platform/wall-clock.ts";
import type { Referral, ReferralEvent, ReferralId } from "../protocol/messages.ts";
import type { MoveReferral, ReceivedReferral, ReceivedReferrals } from "../protocol/referrals.ts";
import { errorTextOf } from "../ui/i18n.ts";
import { toast } from "../ui/Toast.tsx";
import { identity, note } from "./account.ts";
import { ring, waiting, watchTitle } from "./alarm.ts";
import { knownOf, rings, unopened } from "./order.ts";
import type { Act } from "./steps.ts";

/** How a letter was opened: with the account of the structure, or with the code of the letter and the name of whoever reads it. */
export type Way = { by: "account" } | { by: "code"; code: string; name: string };

/** The letter that is open. */
export interface Opened extends ReceivedReferral {
  way: Way;
  /** The act whose form is open at once. */
  act?: Act;
}

/** The list, with its time by the server's clock; null before the first answer. */
export const list = signal<{ at: number; rows: ReceivedReferral[] } | null>(null);
/** True if the last look at the list failed. */
export const stale = signal(false);
/** The letter that is open; null if none is. */
export const opened = signal<Opened | null>(null);

/** True while a letter is open that a code has opened. */
const byCode = computed(() => opened.value?.way.by === "code");

let known: ReadonlySet<string> = new Set();

/** Reads the list. */
export async function refresh(): Promise<void> {
  try {
    take(await get<ReceivedReferrals>("/api/referrals"));
    stale.value = false;
  } catch (error) {
    note(error);
    stale.value = true;
  }
}

function take({ at, referrals }: ReceivedReferrals): void {
  setServerTime(at);
  if (rings(referrals, known)) ring();
  known = knownOf(referrals);
  list.value = { at, rows: referrals };
  waiting.value = unopened(referrals).length;
  const open = opened.peek();
  const row = open?.way.by === "account" && referrals.find(({ referral }) => referral.order.referral === open.referral.order.referral);
  if (open && row) follow(open, row.referral);
}

/** Takes a later state of the letter that is open. The list has no letters, and the one that was read does not change. */
function follow(open: Opened, referral: Referral): void {
  const { steps = [] } = referral;
  if (steps.length < (open.referral.steps ?? []).length) return;
  // Whoever has rejected reads the letter no more: the server gives it no longer either.
  const order = isReadable(referral) ? open.referral.order : referral.order;
  opened.value = { ...open, referral: { ...referral, order } };
}

/** Opens a letter of the list, with the form of an act if one is named. Throws ApiError. */
export async function openRow(id: ReferralId, act?: Act): Promise<void> {
  const read = await get<ReceivedReferral>(`/api/referrals/${id}`);
  waiting.value = unopened(list.peek()?.rows ?? []).filter(({ referral }) => referral.order.referral !== id).length;
  opened.value = { ...read, way: { by: "account" }, ...(act && { act }) };
  stepIn();
  void refresh();
}

/** Opens the letter with this code. Throws ApiError. */
export async function openCode(code: string, name: string): Promise<void> {
  opened.value = { ...(await post<ReceivedReferral>("/api/liaison/open", { code })), way: { by: "code", code, name } };
  stepIn();
}

/** Reads the letter that is open again, because something happened to it that this page does not know. */
export async function reread(): Promise<void> {
  const open = opened.peek();
  if (!open) return;
  const { way, referral } = open;
  const read =
    way.by === "code"
      ? post<ReceivedReferral>("/api/liaison/open", { code: way.code })
      : get<ReceivedReferral>(`/api/referrals/${referral.order.referral}`);
  const now = await read.catch((error: unknown) => {
    note(error);
    if (error instanceof ApiError && error.code === "referral_elsewhere") leave(error);
  });
  if (now && opened.peek()?.referral.order.referral === referral.order.referral) opened.value = { ...now, way };
}

/** Says what happened; the same `act` again changes nothing. Throws ApiError. */
export async function move(act: string, event: ReferralEvent): Promise<void> {
  const open = opened.peek();
  if (!open) return;
  const { way, referral } = open;
  const body: MoveReferral = { act, event };
  const answer =
    way.by === "code"
      ? post<Referral>("/api/liaison/events", { ...body, code: way.code, name: way.name })
      : post<Referral>(`/api/referrals/${referral.order.referral}/events`, body);
  const moved = await answer.catch((error: unknown) => {
    note(error);
    if (error instanceof ApiError && error.code === "referral_step") void reread();
    if (error instanceof ApiError && error.code === "referral_elsewhere") leave(error);
    throw error;
  });
  const now = opened.peek();
  if (now?.referral.order.referral === referral.order.referral) follow(now, moved);
  if (way.by === "account") void refresh();
}

/** Says of an evacuation on the list what happened; the same `act` again changes nothing. Throws ApiError. */
export async function moveRow(id: ReferralId, act: string, event: ReferralEvent): Promise<void> {
  const body: MoveReferral = { act, event };
  try {
    await post<Referral>(`/api/referrals/${id}/events`, body);
  } catch (error) {
    note(error);
    throw error;
  } finally {
    await refresh();
  }
}

/** Takes a letter off the screen that is another structure's now, and says why. */
function leave(error: ApiError): void {
  toast(errorTextOf(error));
  close();
}

/** Closes the letter: the browser's own Back does the same. */
export function close(): void {
  if (history.state?.inside) history.back();
  else opened.value = null;
}

/** Opens a letter with a step of the browser's history, so that Back leads to the list. */
function stepIn(): void {
  if (!history.state?.inside) history.pushState({ inside: true }, "");
}

/** Takes everything of the structure off the screen, because nobody is signed in any more. */
function forget(): void {
  [list.value, waiting.value] = [null, 0];
  if (opened.peek()?.way.by === "account") opened.value = null;
}

/** Looks at the list each ten seconds while somebody is signed in, and at a letter that a code has opened each minute. */
export function watch(): () => void {
  const home = () => (opened.value = null);
  // A page that was loaded again stands at the start, whatever step the history remembers.
  if (history.state?.inside) history.replaceState(null, "");
  addEventListener("popstate", home);
  const stops = [
    effect(() => {
      if (!identity.value) return forget();
      known = new Set();
      void refresh();
      const timer = setInterval(refresh, LIST_MS);
      return () => clearInterval(timer);
    }),
    effect(() => {
      if (!byCode.value) return;
      // Each reading is written down, so nobody reads a page that is not in front of a person.
      const timer = setInterval(() => document.visibilityState === "visible" && void reread(), LETTER_MS);
      return () => clearInterval(timer);
    }),
    watchTitle(),
  ];
  return () => {
    removeEventListener("popstate", home);
    stops.forEach((stop) => stop());
  };
}

const LIST_MS = 10_000;
const LETTER_MS = 60_000;
