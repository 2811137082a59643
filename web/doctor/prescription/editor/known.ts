/**
 * The allergies of the national record (DPP) for the editor: it asks for them each time that it opens, if the form has a number. The server, which reads them
 * for this answer, then checks every draft against them, also against those that this page does not know. Nothing waits for them.
 */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../../client/signalling/session.ts";
import type { DppLine, DppRecord } from "../../../protocol/api.ts";
import type { ConsultationId } from "../../../protocol/messages.ts";
import { t } from "../../../ui/i18n.ts";
import type { Prescribing } from "../kept-prescription.ts";

/** What is known of the answer: there is no number · it is asked for · the record told · it cannot tell. */
export type RecordState = "off" | "asking" | "told" | "unknown" | "silent";

/** The state of the answer, and a way to ask again. */
export interface RecordAllergies {
  state: RecordState;
  ask: () => void;
}

export function useRecordAllergies(id: ConsultationId, number: string | null | undefined, isOnline: boolean, change: Prescribing["change"]): RecordAllergies {
  const [state, setState] = useState<RecordState>("off");
  const ask = () => {
    setState("asking");
    get<DppRecord>(`/api/consultations/${id}/dpp`).then(
      (record) => {
        if (record.state === "found") change((before) => ({ ...before, known: knownOf(record.allergies) }));
        setState(stateOf(record));
      },
      () => setState("silent"),
    );
  };
  const isAsked = isOnline && !!number?.trim();
  useEffect(() => {
    // A connection that comes back asks again only for what it does not have.
    if (isAsked && state !== "told") ask();
  }, [id, isAsked]);
  return { state, ask };
}

/** The allergies among the entries of a record: one that says that none is known is no allergy. */
export const knownOf = (allergies: readonly DppLine[]): DppLine[] => allergies.filter(({ denies }) => !denies);

/** An allergy of the national record in words: what it is, what it did, and whether it is grave. */
export const knownText = ({ text, detail, grave }: DppLine): string =>
  [text, grave && t("doctor.rx.allergy_grave"), detail].filter(Boolean).join(", ");

function stateOf({ state }: DppRecord): RecordState {
  if (state === "found") return "told";
  return state === "off" || state === "unknown" ? state : "silent";
}
