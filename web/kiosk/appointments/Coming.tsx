/** "À venir": the appointments of the post from today on, by their days. It tells of patients, and so stands behind the PIN. */

import { seconds } from "../../client/platform/clock.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { AppointmentRow } from "../../protocol/appointments.ts";
import { Button } from "../../ui/Button.tsx";
import { date, dateAndTime } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { PinGate } from "../PinGate.tsx";
import { appointments } from "../shell.ts";
import { AppointmentItem } from "./AppointmentItem.tsx";
import { byDay } from "./due.ts";
import { readAt } from "./list.ts";
import { newsOf } from "./news.ts";
import type { Reading } from "./answers.ts";
import { useList } from "./reading.ts";
import { Refused } from "./Refused.tsx";
import { markSeen, seen } from "./seen.ts";

interface ComingProps {
  /** Those for which the post has called already, and may call again. */
  again?: readonly AppointmentRow[];
  onCall?: (row: AppointmentRow) => void;
}

export function Coming({ again = [], onCall }: ComingProps) {
  const reading = useList();
  const days = byDay(appointments.value, (seconds.value, wallNow()));
  return (
    <section class="appointments-list" data-testid="appointments-list" data-reading={reading.is}>
      <h2>{t("kiosk.appointment.title")}</h2>
      <Note reading={reading} isEmpty={days.length === 0} />
      {days.map(({ at, isToday, rows }) => (
        <section key={date(at)} data-testid="appointments-day">
          <h3>{isToday ? t("kiosk.appointment.on_today", { date: date(at) }) : date(at)}</h3>
          <ul>
            {rows.map((row) => (
              <AppointmentItem key={row.appointment} row={row} ofDay>
                {newsOf([row], seen.value).length > 0 && (
                  <Button icon={icon.check} data-testid="appointment-seen" onClick={() => markSeen(row)}>
                    {t("kiosk.appointment.seen")}
                  </Button>
                )}
                {onCall && again.includes(row) && (
                  <Button icon={icon.phone} data-testid="appointment-call-again" onClick={() => onCall(row)}>
                    {t("kiosk.appointment.call", { name: row.doctor_name })}
                  </Button>
                )}
              </AppointmentItem>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

/** The same with a PIN before it, for a screen that has none. */
export const GuardedComing = (props: ComingProps) => (
  <PinGate evenUnset>
    <Coming {...props} />
  </PinGate>
);

/** That the list is being read, that it is empty, that the server has refused it, or from when it is if there is no network. */
function Note({ reading, isEmpty }: { reading: Reading; isEmpty: boolean }) {
  const from = readAt.value;
  if (reading.is === "refused") return <Refused reading={reading} />;
  if (reading.is === "kept")
    return (
      <p class="soft" role="status" data-testid="appointments-kept">
        {from === null ? t("kiosk.appointment.unread") : t("kiosk.appointment.kept", { time: dateAndTime(from) })}
      </p>
    );
  if (!isEmpty) return null;
  if (reading.is === "reading") return <p role="status">{t("common.loading")}</p>;
  return <p data-testid="appointments-none">{t("kiosk.appointment.none")}</p>;
}
