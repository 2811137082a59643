/** The state of the page, without a screen: where the user is, and what was found out. Nothing about a patient outlives it. */

import { computed, signal } from "@preact/signals";
import { knownNow, wallNow } from "../client/platform/wall-clock.ts";
import type { PrescriptionId } from "../protocol/messages.ts";
import { codeOf } from "../client/workflow/prescription-code.ts";
import { check } from "./check.ts";
import type { DispenseAtPharmacy } from "../protocol/prescriptions.ts";
import { ApiError } from "../client/signalling/session.ts";
import { tell } from "./ask.ts";
import { type StatusAnswer, askStatus, readStatus } from "./status.ts";
import { isTimeTold, knownKeys, refreshTrustList, trustList } from "./trust-list.ts";
import { type ClockReading, isDateDoubtful, type Verdict } from "./verdict.ts";

/** `start` offers the three ways, `camera` and `code` are two of them, and `result` shows what was found out. */
export type View = "start" | "camera" | "code" | "result";

/** A verdict, what the server says about it, whether this device had a list of keys, and whether its date decides and may be wrong. */
export interface Result {
  verdict: Verdict;
  answer: StatusAnswer;
  hasList: boolean;
  isDateDoubtful: boolean;
}

export const view = signal<View>("start");
export const result = signal<Result | null>(null);
/** True while a reload of the page would disturb nobody. */
export const idle = computed(() => view.value === "start");

/** True if a prescription was shown that only a later version of this page can read. */
export const outdated = computed(() => result.value?.verdict.is === "newer_version");

/** The time, and whether this device knows it. */
export const readClock = (): ClockReading => ({ now: wallNow(), known: knownNow() !== null });

/** Counts what the user has asked for, so that an answer to something earlier is not shown. */
let request = 0;

/** Goes to another view; the result that was shown is forgotten. */
export function goTo(next: View): void {
  request++;
  result.value = null;
  view.value = next;
}

/** Checks the text of a QR code and shows the result. */
export async function show(text: string): Promise<void> {
  goTo("result");
  const own = request;
  const verdict = await judge(text);
  if (own === request) await showVerdict(verdict);
}

/**
 * Checks the text that the server has given for a code that somebody typed. False if it is another prescription than the
 * code names; then nothing is shown.
 */
export async function showTyped(text: string, code: string): Promise<boolean> {
  const own = request;
  const verdict = await judge(text);
  if (verdict.is === "not_a_prescription") return false;
  if ("prescription" in verdict && codeOf(verdict.prescription.id) !== code) return false;
  if (own !== request) return true;
  goTo("result");
  await showVerdict(verdict);
  return true;
}

async function showVerdict(verdict: Verdict): Promise<void> {
  const doubtful = isDateDoubtful(verdict, isTimeTold());
  result.value = { verdict, answer: { state: "asking" }, hasList: trustList.peek() !== null, isDateDoubtful: doubtful };
  await askAgain();
}

/** Asks the server once more about the prescription that is shown. */
export async function askAgain(): Promise<void> {
  const shown = result.peek();
  if (!shown || !("prescription" in shown.verdict)) return;
  const asked = { ...shown, answer: { state: "asking" } as StatusAnswer };
  result.value = asked;
  const answer = await askStatus(shown.verdict.prescription.id);
  // Somebody may look at another prescription by now.
  if (result.peek() === asked) result.value = { ...asked, answer };
}

/**
 * Tells the server what is dispensed of the prescription that is shown. Gives the code of a refusal, or null once it is recorded; the result then shows
 * what was given. The same act said twice is one.
 */
export async function dispense(said: DispenseAtPharmacy): Promise<string | null> {
  const shown = result.peek();
  if (!shown || !("prescription" in shown.verdict)) return "offline";
  try {
    const answer = readStatus(await tell<unknown>(`/api/verifier/prescriptions/${shown.verdict.prescription.id}/dispensings`, said));
    // Somebody may look at another prescription by now.
    if (result.peek() === shown) result.value = { ...shown, answer };
    return null;
  } catch (error) {
    const code = error instanceof ApiError ? error.code : "offline";
    if (result.peek() === shown && ENDS.has(code)) await renewAnswer(shown, shown.verdict.prescription.id);
    return code;
  }
}

/** Reads once more what became of a prescription while it stays on the screen. */
async function renewAnswer(shown: Result, id: PrescriptionId): Promise<void> {
  const answer = await askStatus(id);
  if (result.peek() === shown) result.value = { ...shown, answer };
}

/** Refusals that say that somebody else was there before. */
const ENDS: ReadonlySet<string> = new Set(["dispensed_already", "prescription_cancelled", "prescription_replaced", "prescription_expired"]);

/** The verdict; a key that is unknown may be new, so the list is asked for once more. */
async function judge(text: string): Promise<Verdict> {
  const verdict = await check(text, await knownKeys(), readClock());
  if (verdict.is !== "unknown_key") return verdict;
  await refreshTrustList(FRESH_MS);
  return check(text, await knownKeys(), readClock());
}

/** A list that is younger than this is not asked for again because of an unknown key. */
const FRESH_MS = 60_000;
