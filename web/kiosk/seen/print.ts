/** Prints who has seen a record, so that the patient can take it home; the sheet is loaded when it is asked for. */

import type { ReadersView } from "../../protocol/api.ts";
import type { ConsultationId, Intake } from "../../protocol/messages.ts";
import { place } from "../shell.ts";

/** `intake` is the form of the consultation; null if the tablet does not have it. */
export const printer = (consultation: ConsultationId, intake: Intake | null) => async (view: ReadersView): Promise<void> => {
  const { printSeen } = await import("../paper/print-seen.tsx");
  await printSeen({ view, consultation, intake, place: place.value });
};
