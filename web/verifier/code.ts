/** Asks for the prescription that a typed code names. */

import { ApiError } from "../client/signalling/session.ts";
import type { PrescriptionCode } from "../protocol/prescriptions.ts";
import { tell } from "./ask.ts";

/** The text of a prescription, or why there is none; the texts are `verifier.code.<why>`. */
export type CodeAnswer = { text: string } | { why: "not_found" | "too_many" | "offline" | "unanswered" };

/** Asks the server for the signed text that a code names. It never rejects. */
export async function fetchText(code: string): Promise<CodeAnswer> {
  try {
    const { text } = await tell<{ text?: unknown }>("/api/verifier/codes", { code } satisfies PrescriptionCode);
    return typeof text === "string" ? { text } : { why: "unanswered" };
  } catch (error) {
    const known = error instanceof ApiError ? REFUSALS[error.code] : undefined;
    return { why: known ?? "unanswered" };
  }
}

const REFUSALS: { [code: string]: "not_found" | "too_many" | "offline" } = {
  not_found: "not_found",
  too_many_attempts: "too_many",
  too_fast: "too_many",
  offline: "offline",
};
