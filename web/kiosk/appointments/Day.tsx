/** Who comes today, when and why, behind the PIN. */

import type { AppointmentRow } from "../../protocol/appointments.ts";
import { Button } from "../../ui/Button.tsx";
import { timeOfDay } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { PinGate } from "../PinGate.tsx";

interface DayProps {
  rows: AppointmentRow[];
  /** Those for which the post has called already, and may call again. */
  again: AppointmentRow[];
  onCall: (row: AppointmentRow) => void;
}

export function Day({ rows, again, onCall }: DayProps) {
  return (
    <PinGate evenUnset>
      <ul class="appointments-day" data-testid="appointments-day">
        {rows.map((row) => (
          <li key={row.appointment} data-testid="appointment">
            <Texts row={row} />
            {again.includes(row) && (
              <Button icon={icon.phone} data-testid="appointment-call-again" onClick={() => onCall(row)}>
                {t("kiosk.appointment.call", { name: row.doctor_name })}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </PinGate>
  );
}

function Texts({ row: { at, way, reason, doctor_name, intake, moved_from } }: { row: AppointmentRow }) {
  return (
    <>
      <p>
        <strong>{timeOfDay(at)}</strong> · <span dir="auto">{intake.name || t("kiosk.appointment.unnamed")}</span>
      </p>
      <p dir="auto">{reason}</p>
      <p class="small soft">
        {doctor_name} · {way === "call" ? t("kiosk.appointment.by_call") : way.place}
        {moved_from !== undefined && ` · ${t("kiosk.appointment.moved")}`}
      </p>
    </>
  );
}
