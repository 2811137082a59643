/** What a screen knows of the prescriptions of a consultation: what it was told, and what the tablet has kept. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { keep } from "../../client/workflow/kept-prescriptions.ts";
import type { ConsultationId, Prescription } from "../../protocol/messages.ts";
import { client } from "../kiosk.ts";
import { together } from "./list.ts";

/**
 * The prescriptions of a consultation, the oldest first: those of `told`, which the server has told, and those that are kept on the tablet.
 * What was told is kept, so that an end is known here without a network, too.
 */
export function usePrescriptions(id: ConsultationId, told: readonly Prescription[] = NONE): Prescription[] {
  const [kept, setKept] = useState<readonly Prescription[]>(NONE);
  useEffect(() => {
    let wanted = true;
    void keep(client.kept, id, told)
      .then(() => client.consultation.keptPrescriptions(id))
      .then((found) => void (wanted && setKept(found)));
    return () => void (wanted = false);
  }, [id, told]);
  return useMemo(() => together(id, kept, told), [id, kept, told]);
}

const NONE: readonly Prescription[] = [];
