/** The capable structures near the post of a consultation, the nearest first, asked for anew when the needs change. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../../client/index.ts";
import type { NearStructure, NearStructures } from "../../../protocol/api.ts";
import type { ConsultationId, Need } from "../../../protocol/messages.ts";
import { errorTextOf } from "../../../ui/i18n.ts";

export interface Found {
  /** Null until the first answer. */
  structures: readonly NearStructure[] | null;
  /** True while what is shown does not belong to the needs yet. */
  isAsking: boolean;
  /** The sentence of the last failure; null if there is none. */
  fault: string | null;
  again: () => void;
}

export function useStructures(id: ConsultationId, needs: readonly Need[]): Found {
  const [found, setFound] = useState<Omit<Found, "again">>({ structures: null, isAsking: true, fault: null });
  const [tries, setTries] = useState(0);
  const wanted = needs.join(",");
  useEffect(() => {
    let isWanted = true;
    setFound((before) => ({ ...before, isAsking: true, fault: null }));
    // Several boxes that are ticked at once are one question.
    const timer = setTimeout(() => {
      get<NearStructures>(`/api/consultations/${id}/structures?needs=${wanted}`).then(
        ({ structures }) => isWanted && setFound({ structures, isAsking: false, fault: null }),
        (error: unknown) => isWanted && setFound((before) => ({ ...before, isAsking: false, fault: errorTextOf(error) })),
      );
    }, SETTLE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [id, wanted, tries]);
  useEffect(() => {
    if (!found.fault) return;
    const timer = setTimeout(() => setTries(tries + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [found.fault, tries]);
  return { ...found, again: () => setTries(tries + 1) };
}

const SETTLE_MS = 250;
const AGAIN_MS = 5000;
