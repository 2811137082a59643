/** What a screen reads of appointments: the list of the post, or those of one consultation. The list is kept for a dead link. */

import { useEffect, useState } from "preact/hooks";
import type { AppointmentList, AppointmentRow } from "../../protocol/appointments.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { getRecord } from "../record.ts";
import { appointments, connection } from "../shell.ts";
import { fetchAppointments, loadAppointments } from "./list.ts";

/** How far the reading has come; `kept` is what the tablet knew before, because there is no network. */
export type Reading = "reading" | "read" | "kept";

/** Reads the list of the post while a screen shows it: at first, with each new socket, and after each change. */
export function useList(): Reading {
  useEffect(() => void loadAppointments(appointments), []);
  return useReading(() => fetchAppointments(appointments), []);
}

/** The appointments of one consultation, also those that are over. Without a network they are those of the list. */
export function useAppointmentsOf(id: ConsultationId): { rows: AppointmentRow[]; reading: Reading } {
  const [told, setTold] = useState<AppointmentRow[] | null>(null);
  const read = () => getRecord<AppointmentList>(`/api/consultations/${id}/appointments`).then((list) => setTold(list.appointments));
  const reading = useReading(read, [id]);
  return { rows: told ?? appointments.value.filter(({ consultation }) => consultation === id), reading };
}

function useReading(read: () => Promise<void>, of: readonly unknown[]): Reading {
  const [reading, setReading] = useState<Reading>("reading");
  const isReady = connection.state.value.at === "ready";
  useEffect(() => {
    // Over a dead link a request has no end.
    if (!isReady) return setReading("kept");
    let wanted = true;
    const told = (is: Reading) => void (wanted && setReading(is));
    const now = () => void read().then(() => told("read"), () => told("kept"));
    now();
    const off = connection.on("appointments_changed", now);
    return () => {
      wanted = false;
      off();
    };
  }, [isReady, ...of]);
  return reading;
}
