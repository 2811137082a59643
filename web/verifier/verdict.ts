/** The verdict about a text from a QR code: a pure function of what was read, of the keys that are trusted, and of the clock. */

import type { TrustedKey } from "../protocol/prescriptions.ts";
import type { Claims, Prescription } from "./prescription.ts";

/** What was found out about a text. */
export interface Evidence {
  /** True if it is a signed message in the format of a prescription. */
  readable: boolean;
  /** The number of trusted keys that have the key identifier of the message. */
  candidates: number;
  /** Those of them that have signed it. */
  signers: readonly TrustedKey[];
  /** What the message says; null unless one of them has signed it. */
  claims: Claims | null;
}

/** The time, and whether the device knows it. If it does not, `now` is a time that has passed for sure. */
export interface ClockReading {
  now: number;
  known: boolean;
}

export type Verdict =
  | { is: "not_a_prescription" }
  /** Nobody whom this device trusts has signed it: the key is not on the list, or was not certified at the time of signing. */
  | { is: "unknown_key"; why: "not_listed" | "not_certified" }
  /** The key is trusted, and it has not signed these bytes. */
  | { is: "tampered" }
  | { is: "newer_version" }
  | { is: "withdrawn_key"; why: "lost" | "left"; signer: TrustedKey; at: number }
  /** `clock_behind` is true if the device's clock is wrong, so that the end of validity cannot be judged. */
  | { is: "authentic" | "expired"; signer: TrustedKey; prescription: Prescription; clock_behind: boolean };

export function verdictOf({ readable, candidates, signers, claims }: Evidence, clock: ClockReading): Verdict {
  if (!readable) return { is: "not_a_prescription" };
  if (!candidates) return { is: "unknown_key", why: "not_listed" };
  if (!signers.length) return { is: "tampered" };
  // Whoever found a lost key can sign any date and any version with it.
  const lost = signers.find(({ withdrawn }) => withdrawn?.why === "lost");
  if (lost) return { is: "withdrawn_key", why: "lost", signer: lost, at: lost.withdrawn!.at };
  if (claims?.is === "newer_version") return { is: "newer_version" };
  if (claims?.is !== "prescription") return { is: "not_a_prescription" };
  return judged(claims.prescription, signers, clock);
}

/**
 * True if a prescription looks expired only by the date of a device to which nobody has told the time: a clock that runs ahead looks like
 * one that is right. `isTold` is true once the server has told the time to this page.
 */
export const isDateDoubtful = (verdict: Verdict, isTold: boolean): boolean => verdict.is === "expired" && !verdict.clock_behind && !isTold;

/** The verdict about a prescription whose signature is right. */
function judged(prescription: Prescription, signers: readonly TrustedKey[], { now, known }: ClockReading): Verdict {
  const { signed_at, valid_until } = prescription;
  const certified = signers.filter(({ from, to }) => from <= signed_at && signed_at <= to);
  if (!certified.length) return { is: "unknown_key", why: "not_certified" };
  const signer = certified.find(({ withdrawn }) => !withdrawn || signed_at <= withdrawn.at);
  if (!signer) return { is: "withdrawn_key", why: "left", signer: certified[0]!, at: certified[0]!.withdrawn!.at };
  const is = now > valid_until ? "expired" : "authentic";
  return { is, signer, prescription, clock_behind: !known || signed_at > now + CLOCK_SLACK_MS };
}

/** A clock that a person sets by hand is right to some minutes. */
const CLOCK_SLACK_MS = 10 * 60_000;
