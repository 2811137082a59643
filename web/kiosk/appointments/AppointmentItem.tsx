/** One appointment: when, where, with whom and why. */

import type { ComponentChildren } from "preact";
import type { AppointmentRow } from "../../protocol/appointments.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { dateAndTime, timeOfDay } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import { PrintSlip } from "./PrintSlip.tsx";

interface ItemProps {
  row: AppointmentRow;
  /** True in the list of one day, which names the day and stands for several patients. */
  ofDay?: boolean;
  /** What can be done with it. */
  children?: ComponentChildren;
}

export function AppointmentItem({ row, ofDay = false, children }: ItemProps) {
  const { at, way, reason, doctor_name, speciality, intake } = row;
  return (
    <li class="appointment" data-testid="appointment" data-state={stateOf(row)}>
      <p>
        <strong data-testid="appointment-when">{ofDay ? timeOfDay(at) : dateAndTime(at)}</strong>
        {ofDay && (
          <>
            {" "}
            · <span dir="auto">{intake.name || t("kiosk.appointment.unnamed")}</span>
          </>
        )}
      </p>
      <p dir="auto">{reason}</p>
      <p class="small soft">
        {doctor_name}, {t(`common.speciality.${speciality}`)} · {way === "call" ? t("kiosk.appointment.by_call") : way.place}
      </p>
      <Change row={row} />
      <div class="actions">
        {children}
        {!row.cancelled && at > wallNow() && <PrintSlip row={row} />}
      </div>
    </li>
  );
}

/** What became of it since it was made. */
function Change({ row: { at, moved_from, cancelled } }: { row: AppointmentRow }) {
  if (cancelled)
    return (
      <p class="change bad" data-testid="appointment-change">
        {t("kiosk.appointment.cancelled", { by: cancelled.by, why: cancelled.why })}
      </p>
    );
  if (moved_from === undefined) return null;
  return (
    <p class="change warn" data-testid="appointment-change">
      {t("kiosk.appointment.moved", { from: dateAndTime(moved_from), to: dateAndTime(at) })}
    </p>
  );
}

const stateOf = ({ cancelled, moved_from }: AppointmentRow) => (cancelled ? "cancelled" : moved_from === undefined ? "standing" : "moved");
