/** The appointments of one consultation: after its end, and in the history. */

import type { AppointmentRow } from "../../protocol/appointments.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { t } from "../../ui/i18n.ts";
import { AppointmentItem } from "./AppointmentItem.tsx";
import type { Reading } from "./answers.ts";
import { useAppointmentsOf } from "./reading.ts";
import { Refused } from "./Refused.tsx";

interface AfterProps {
  rows: readonly AppointmentRow[];
  reading: Reading;
}

/** After the end of a call that ended with an appointment: its date, or why it is not here yet. */
export function AppointmentSheet({ rows, reading }: AfterProps) {
  return (
    <section class="appointments-list" data-testid="appointments-of" data-reading={reading.is}>
      <h2>{t("kiosk.appointment.of")}</h2>
      {reading.is === "refused" && <Refused reading={reading} />}
      {rows.length === 0 && reading.is !== "refused" && (
        <p role="status" data-testid="appointments-awaited">
          {t(reading.is === "reading" ? "common.loading" : reading.is === "kept" ? "kiosk.appointment.awaited" : "kiosk.appointment.none_of")}
        </p>
      )}
      <ul>
        {rows.map((row) => (
          <AppointmentItem key={row.appointment} row={row} />
        ))}
      </ul>
    </section>
  );
}

/** In the history, which is read when it is opened. */
export function PastAppointments({ id }: { id: ConsultationId }) {
  return <AppointmentSheet {...useAppointmentsOf(id)} />;
}
