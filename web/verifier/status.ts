/** What only the server knows about a prescription: whether it was cancelled or replaced. */

import { ApiError } from "../client/signalling/session.ts";
import type { PrescriptionId } from "../protocol/messages.ts";
import type { PrescriptionState, PrescriptionStatus } from "../protocol/prescriptions.ts";
import { ask } from "./ask.ts";

/** `asking` until there is an answer · `offline` without a network · `unanswered` if the server cannot say it now. */
export type StatusAnswer = PrescriptionStatus | { state: "asking" | "offline" | "unanswered" };

/** Asks for the status of a prescription by its identifier, and tells nothing else about it. It never rejects. */
export async function askStatus(id: PrescriptionId): Promise<StatusAnswer> {
  try {
    return readStatus(await ask<unknown>(`/api/verifier/prescriptions/${id}`));
  } catch (error) {
    return { state: error instanceof ApiError && error.code === "offline" ? "offline" : "unanswered" };
  }
}

/** Reads an answer. A state that this page does not know is no answer. */
export function readStatus(value: unknown): StatusAnswer {
  const { state, at } = (value ?? {}) as { state?: unknown; at?: unknown };
  const known = STATES.find((one) => one === state);
  if (!known) return { state: "unanswered" };
  return typeof at === "number" ? { state: known, at } : { state: known };
}

const STATES: readonly PrescriptionState[] = ["valid", "replaced", "cancelled", "unknown"];
