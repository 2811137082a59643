/** What a screen reads of appointments: the list of the post, or those of one consultation. The list is kept for a dead link. */

import { useEffect, useState } from "preact/hooks";
import type { AppointmentList, AppointmentRow } from "../../protocol/appointments.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { getRecord } from "../record.ts";
import { appointments, connection } from "../shell.ts";
import { failureOf, type Reading, rowsOf } from "./answers.ts";
import { fetchAppointments, loadAppointments } from "./list.ts";

/** Reads the list of the post while a screen shows it: at first, with each new socket, and after each change. */
export function useList(): Reading {
  useEffect(() => void loadAppointments(appointments), []);
  return useReading(() => fetchAppointments(appointments), []);
}

/** The appointments of one consultation, also those that are over. Without a network they are those of the list, which has not all that a post may have. */
export function useAppointmentsOf(id: ConsultationId): { rows: AppointmentRow[]; reading: Reading } {
  const [told, setTold] = useState<{ id: ConsultationId; rows: AppointmentRow[] } | null>(null);
  const read = () => getRecord<AppointmentList>(`/api/consultations/${id}/appointments`).then((list) => setTold({ id, rows: list.appointments }));
  useEffect(() => void loadAppointments(appointments), []);
  const reading = useReading(read, [id]);
  return { rows: rowsOf(id, told, appointments.value), reading };
}

function useReading(read: () => Promise<void>, of: readonly unknown[]): Reading {
  const [reading, setReading] = useState<Omit<Reading, "again">>({ is: "reading" });
  const [tries, setTries] = useState(0);
  const isReady = connection.state.value.at === "ready";
  useEffect(() => {
    // Over a dead link a request has no end.
    if (!isReady) return setReading({ is: "kept" });
    let wanted = true;
    const told = (how: Omit<Reading, "again">) => void (wanted && setReading(how));
    const now = () => void read().then(() => told({ is: "read" }), (error: unknown) => told(failureOf(error)));
    now();
    const off = connection.on("appointments_changed", now);
    return () => {
      wanted = false;
      off();
    };
  }, [isReady, tries, ...of]);
  return { ...reading, again: () => (setReading({ is: "reading" }), setTries(tries + 1)) };
}
