/** The server's questions about a draft: asked a moment after the last keystroke, and never without a network. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../../../client/index.ts";
import { post } from "../../../client/signalling/session.ts";
import type { ConsultationId } from "../../../protocol/messages.ts";
import type { CheckedDraft, DraftFinding } from "../../../protocol/prescriptions.ts";
import { errorTextOf } from "../../../ui/i18n.ts";
import { draftOf, type TypedPrescription } from "../typed.ts";

/** One question about one line, by the name of the line, because numbers change while lines come and go. */
export interface Question extends Omit<DraftFinding, "line" | "other"> {
  line: string;
  /** The other line that it is about. */
  other?: string;
}

/** What is known of the checks. */
export interface Checks {
  questions: readonly Question[];
  /** The sentence of the last refusal; null if there is none. */
  fault: string | null;
  /** Checks at once; the server's answer, or null if it did not come. */
  now(): Promise<CheckedDraft | null>;
}

export function useChecks(client: Client, id: ConsultationId, typed: TypedPrescription): Checks {
  const [questions, setQuestions] = useState<readonly Question[]>([]);
  const [fault, setFault] = useState<string | null>(null);
  const last = useRef(0);
  const isOnline = client.connection.state.value.at === "ready";
  const draft = draftOf(typed, id, NO_PRESCRIPTION);
  const now = async () => {
    // An answer that comes after a later question is not shown.
    const own = ++last.current;
    const answer = await post<CheckedDraft>(`/api/consultations/${id}/prescriptions/check`, draft).catch((error: unknown) => {
      if (own === last.current) setFault(errorTextOf(error));
      return null;
    });
    if (!answer || own !== last.current) return answer;
    setFault(null);
    setQuestions(named(answer.findings, typed));
    return answer;
  };
  useEffect(() => {
    if (!isOnline || typed.lines.length === 0) return;
    const timer = setTimeout(() => void now(), AFTER_MS);
    return () => clearTimeout(timer);
  }, [JSON.stringify(draft), isOnline]);
  // What was asked about a drug is not asked about the one that took its place.
  const isThere = (key: string | undefined) => key === undefined || typed.lines.some((line) => line.key === key);
  return { questions: questions.filter(({ line, other }) => isThere(line) && isThere(other)), fault, now };
}

const named = (findings: readonly DraftFinding[], { lines }: TypedPrescription): Question[] =>
  findings.flatMap(({ line, other, ...rest }) => {
    const [own, about] = [lines[line], other === undefined ? undefined : lines[other]];
    return own ? [{ ...rest, line: own.key, ...(about && { other: about.key }) }] : [];
  });

/** A draft that is only checked has no identifier yet. */
const NO_PRESCRIPTION = "00000000-0000-0000-0000-000000000000";
/** The pause after the last keystroke. */
const AFTER_MS = 600;
