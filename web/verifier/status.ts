/** What only the server knows about a prescription: whether it was cancelled or replaced, and what was dispensed of it. */

import { ApiError } from "../client/signalling/session.ts";
import type { PrescriptionId } from "../protocol/messages.ts";
import type { DispensedSomewhere, PrescriptionState, PrescriptionStatus } from "../protocol/prescriptions.ts";
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
  const { state, at, dispensed = [] } = (value ?? {}) as { state?: unknown; at?: unknown; dispensed?: unknown };
  const known = STATES.find((one) => one === state);
  if (!known || !Array.isArray(dispensed) || !dispensed.every(isAct)) return { state: "unanswered" };
  return { state: known, ...(typeof at === "number" && { at }), ...(dispensed.length > 0 && { dispensed }) };
}

/** An act that is half understood is none: what is left of a prescription would be wrong. */
function isAct(value: unknown): value is DispensedSomewhere {
  const { act, at, place, lines } = (value ?? {}) as { [name: string]: unknown };
  return typeof act === "string" && typeof at === "number" && typeof place === "string" && Array.isArray(lines) && lines.every(isLine);
}

function isLine(value: unknown): boolean {
  const { line, quantity } = (value ?? {}) as { [name: string]: unknown };
  return Number.isInteger(line) && Number.isInteger(quantity) && (quantity as number) >= 0;
}

const STATES: readonly PrescriptionState[] = ["valid", "replaced", "cancelled", "unknown"];
