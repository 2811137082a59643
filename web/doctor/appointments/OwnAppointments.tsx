/** The doctor's own appointments at the desk: whose time has come, and the next ones. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import { seconds } from "../../client/index.ts";
import { get } from "../../client/signalling/session.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { AppointmentList, AppointmentRow } from "../../protocol/appointments.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { timeOfDay } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { AppointmentItem } from "./AppointmentItem.tsx";

interface OwnProps {
  client: Client;
  /** True if only those whose time has come are shown. */
  isShort: boolean;
}

export function OwnAppointments({ client, isShort }: OwnProps) {
  const [rows, setRows] = useState<AppointmentRow[]>([]);
  const [open, setOpen] = useState(false);
  const isReady = client.connection.state.value.at === "ready";
  const read = () => void get<AppointmentList>("/api/appointments").then((list) => setRows(list.appointments), () => undefined);
  useEffect(() => {
    if (isReady) read();
    return client.connection.on("appointments_changed", read);
  }, [isReady]);
  const now = (seconds.value, wallNow());
  const due = rows.filter(({ way, at }) => way === "call" && now >= at - EARLY_MS && now <= at + LATE_MS);
  if (rows.length === 0) return null;
  return (
    <section class="appointments" aria-label={t("doctor.appointment.title")} data-testid="own-appointments">
      {due.map(({ appointment, at, post }) => (
        <Banner key={appointment} tone="warn" icon={icon.phone} data-testid="appointment-due">
          {t("doctor.appointment.due", { time: timeOfDay(at), post })}
        </Banner>
      ))}
      {!isShort && (
        <Button icon={icon.clock} aria-expanded={open} data-testid="own-appointments-open" onClick={() => setOpen(!open)}>
          {t("doctor.appointment.own", { n: rows.length })}
        </Button>
      )}
      {open && !isShort && (
        <ul class="rows">
          {rows.map((row) => (
            <AppointmentItem key={row.appointment} row={row} named onDone={read} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** `EARLY_MS` and `LATE_MS` of clinic/src/appointment. */
const EARLY_MS = 15 * 60_000;
const LATE_MS = 2 * 3_600_000;
