/** What a screen makes of an answer about appointments, or of none. Pure. */

import { ApiError } from "../../client/signalling/session.ts";
import type { AppointmentRow } from "../../protocol/appointments.ts";
import type { ConsultationId } from "../../protocol/messages.ts";

/** How far the reading has come; `kept` is what the tablet knew before, because there is no network, and `refused` the same, because the server has refused. */
export interface Reading {
  is: "reading" | "read" | "kept" | "refused";
  /** Why the server has refused. */
  error?: unknown;
  /** Reads again. */
  again: () => void;
}

/** What a reading that failed has come to. */
export const failureOf = (error: unknown): Omit<Reading, "again"> =>
  error instanceof ApiError && error.code === "offline" ? { is: "kept" } : { is: "refused", error };

/** The appointments of a consultation: what the server has told of it, or those of the list of the post. */
export const rowsOf = (id: ConsultationId, told: { id: ConsultationId; rows: AppointmentRow[] } | null, list: readonly AppointmentRow[]): AppointmentRow[] =>
  told?.id === id ? told.rows : list.filter(({ consultation }) => consultation === id);
