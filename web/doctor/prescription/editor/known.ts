/**
 * The allergies of the national record (DPP) for the editor: it asks for them each time that it opens or that the connection comes back, if the form has a
 * number. The server, which reads them for this answer, then checks every draft against them, also against those that this page does not know, until it is
 * started again. Nothing waits for them.
 */

import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../../../client/signalling/session.ts";
import type { DppLine, DppRecord } from "../../../protocol/api.ts";
import type { ConsultationId } from "../../../protocol/messages.ts";
import { t } from "../../../ui/i18n.ts";
import type { Prescribing } from "../kept-prescription.ts";
import { forgetting, ofNumber, type TypedPrescription } from "../typed.ts";

/**
 * What is known of the answer: there is no number · it is asked for · the record told · it knows nobody · the number is not in use any more · its answer cannot be
 * used · there was none. Only after the last one is there a reason to ask again.
 */
export type RecordState = "off" | "asking" | "told" | "unknown" | "retired" | "unusable" | "silent";

/** The state of the answer, and a way to ask again. */
export interface RecordAllergies {
  state: RecordState;
  ask: () => void;
}

export function useRecordAllergies(id: ConsultationId, number: string | null | undefined, isOnline: boolean, { typed, change }: Prescribing): RecordAllergies {
  const [state, setState] = useState<RecordState>("off");
  const own = number?.trim() ?? "";
  const question = useMemo(() => recordQuestion(own, { read: () => get(`/api/consultations/${id}/dpp`), change, show: setState }), [id, own]);
  // A number that the post corrects is another person, and so may be a draft that the device still had.
  useEffect(() => void change((before) => ofNumber(before, own)), [own, typed.known]);
  useEffect(() => {
    setState("off");
    return question.end;
  }, [question]);
  useEffect(() => {
    // Also what was told is asked for again: the server, which may have been started anew, has it in memory only.
    if (isOnline) question.ask();
  }, [question, isOnline]);
  return { state, ask: question.ask };
}

/** The surroundings of a question. */
export interface QuestionPorts {
  read: () => Promise<DppRecord>;
  change: (make: (before: TypedPrescription) => TypedPrescription) => unknown;
  show: (state: RecordState) => void;
}

/** The question for the allergies of one number. Only the answer to its last asking counts, and none once it has ended. */
export function recordQuestion(number: string, { read, change, show }: QuestionPorts): { ask: () => void; end: () => void } {
  let last = 0;
  let isTold = false;
  const told = (state: RecordState) => {
    isTold = state === "told";
    show(state);
  };
  const ask = () => {
    if (!number) return;
    const own = ++last;
    // What was told stands while it is asked for again.
    if (!isTold) show("asking");
    read().then(
      (record) => {
        if (own !== last) return;
        change((before) => answered(before, number, record));
        told(stateOf(record));
      },
      () => own === last && told("silent"),
    );
  };
  return { ask, end: () => void last++ };
}

/** A draft once the record has answered about a number. An answer that says nothing of allergies leaves what was told before. */
export function answered(typed: TypedPrescription, number: string, record: DppRecord): TypedPrescription {
  if (record.state === "found") return { ...typed, known: knownOf(record.allergies), knownNumber: number };
  return record.state === "unknown" || record.state === "off" ? forgetting(typed) : typed;
}

/** The allergies among the entries of a record: one that says that none is known is no allergy. */
export const knownOf = (allergies: readonly DppLine[]): DppLine[] => allergies.filter(({ denies }) => !denies);

/** An allergy of the national record in words: what it is, what it did, and whether it is grave. */
export const knownText = ({ text, detail, grave }: DppLine): string =>
  [text, grave && t("doctor.rx.allergy_grave"), detail].filter(Boolean).join(", ");

/** What the editor says of an answer. */
export function stateOf({ state }: DppRecord): RecordState {
  if (state === "found") return "told";
  return state === "unreachable" ? "silent" : state;
}
