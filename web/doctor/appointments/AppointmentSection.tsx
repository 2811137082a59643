/** The appointments of a call or a case: the form for a new one, and what was made, which may be moved or cancelled. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import { get } from "../../client/signalling/session.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { AppointmentList, AppointmentRow } from "../../protocol/appointments.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { AppointmentForm } from "./AppointmentForm.tsx";
import { AppointmentItem } from "./AppointmentItem.tsx";

interface SectionProps {
  client: Client;
  id: ConsultationId;
  /** True if the server lets us make one: we hold the consultation. */
  canWrite: boolean;
  /** True if the form opens by itself where no appointment stands. */
  asks?: boolean;
  /** Told whether an appointment stands that is ahead. */
  onStanding?: (stands: boolean) => void;
}

export function AppointmentSection({ client, id, canWrite, asks = false, onStanding }: SectionProps) {
  const [rows, setRows] = useState<AppointmentRow[]>([]);
  const [reminds, setReminds] = useState(false);
  const [open, setOpen] = useState(false);
  const take = ({ reminds, appointments }: AppointmentList) => {
    setReminds(reminds);
    setRows(appointments);
    const stands = appointments.some(({ at, cancelled }) => !cancelled && at > wallNow());
    onStanding?.(stands);
    return stands;
  };
  // Without the list the form is as good; the server knows what is there.
  const list = () => get<AppointmentList>(`/api/consultations/${id}/appointments`).then(take, () => false);
  const read = () => void list();
  useEffect(() => {
    void list().then((stands) => asks && !stands && setOpen(true));
    return client.connection.on("appointments_changed", read);
  }, [id]);
  if (!canWrite && rows.length === 0) return null;
  const done = () => (setOpen(false), read());
  return (
    <section class="appointments" aria-label={t("doctor.appointment.title")} data-testid="appointment-section">
      {canWrite && (
        <Button icon={open ? icon.close : icon.clock} aria-expanded={open} data-testid="appoint" onClick={() => setOpen(!open)}>
          {t(open ? "common.close" : "doctor.appointment.make")}
        </Button>
      )}
      {open && canWrite && <AppointmentForm id={id} reminds={reminds} onDone={done} />}
      {rows.length > 0 && (
        <ul class="rows">
          {rows.map((row) => (
            <AppointmentItem key={row.appointment} row={row} onDone={read} />
          ))}
        </ul>
      )}
    </section>
  );
}
