/** How a verdict looks and what it says, together with what the server knows: a pure function, so that no screen decides it. */

import type { Tone } from "../ui/Banner.tsx";
import { extentOf } from "../client/workflow/dispensing.ts";
import type { Key } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import type { Prescription } from "./prescription.ts";
import type { StatusAnswer } from "./status.ts";
import type { Verdict } from "./verdict.ts";

/** The large sign of a result: its colour, its drawing, its word, and the sentence below. */
export interface VerdictFace {
  /** The name of the result, for tests. */
  name: string;
  tone: Tone;
  icon: string;
  word: Key;
  sentence: Key;
}

/** The face of a verdict. `answer` is what the server says about an authentic prescription; `hasList` is false if this device has no list of keys. */
export function faceOf(verdict: Verdict, answer: StatusAnswer, hasList: boolean): VerdictFace {
  switch (verdict.is) {
    case "authentic":
      return isAllGiven(verdict.prescription, answer) ? DISPENSED : AUTHENTIC[answer.state];
    case "expired":
      return answer.state in OVER ? AUTHENTIC[answer.state] : face("expired", "bad", icon.clock, "verifier.expired", "verifier.expired.why");
    case "tampered":
      return face("tampered", "bad", icon.close, "verifier.tampered", "verifier.tampered.why");
    case "unknown_key":
      if (!hasList) return face("no_list", "warn", icon.linkOff, "verifier.no_list", "verifier.no_list.why");
      return face("unknown_key", "warn", icon.alert, "verifier.unknown_key", `verifier.unknown_key.${verdict.why}`);
    case "withdrawn_key":
      return face("withdrawn_key", "bad", icon.close, "verifier.withdrawn_key", `verifier.withdrawn_key.${verdict.why}`);
    case "newer_version":
      return face("newer_version", "warn", icon.alert, "verifier.newer_version", "verifier.newer_version.why");
    case "not_a_prescription":
      return face("not_a_prescription", "warn", icon.alert, "verifier.not_a_prescription", "verifier.not_a_prescription.why");
  }
}

function face(name: string, tone: Tone, drawing: string, word: Key, sentence: Key): VerdictFace {
  return { name, tone, icon: drawing, word, sentence };
}

/** An authentic prescription is shown as good only when nothing is known against it, and not before the server was asked. */
const AUTHENTIC: Record<StatusAnswer["state"], VerdictFace> = {
  asking: face("asking", "info", icon.clock, "verifier.asking", "verifier.asking.why"),
  valid: face("authentic", "good", icon.check, "verifier.authentic", "verifier.authentic.valid"),
  offline: face("authentic", "good", icon.check, "verifier.authentic", "verifier.authentic.offline"),
  unanswered: face("authentic", "good", icon.check, "verifier.authentic", "verifier.authentic.unanswered"),
  unknown: face("unrecorded", "warn", icon.alert, "verifier.unrecorded", "verifier.unrecorded.why"),
  cancelled: face("cancelled", "bad", icon.close, "verifier.cancelled", "verifier.cancelled.why"),
  replaced: face("replaced", "bad", icon.close, "verifier.replaced", "verifier.replaced.why"),
};

/** Nothing is left of it: it is authentic, and nothing more may be given. */
const DISPENSED = face("dispensed", "warn", icon.alert, "verifier.dispensed", "verifier.dispensed.why");
const isAllGiven = ({ lines }: Prescription, answer: StatusAnswer): boolean =>
  answer.state === "valid" && extentOf(lines, answer.dispensed ?? []) === "whole";

/** What ends a prescription before its time says more than that its time is over, too. */
const OVER = { cancelled: true, replaced: true };
