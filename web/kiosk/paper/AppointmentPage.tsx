/** The slip that a patient takes home: when and where the appointment is. It tells neither the reason nor anything else that is medical. */

import type { AppointmentRow } from "../../protocol/appointments.ts";
import type { Place } from "../../protocol/messages.ts";
import { date, dateAndTime, timeOfDay } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import { Page, PatientBox } from "./Page.tsx";

/** What a slip is made of. */
export interface AppointmentPageProps {
  /** The appointment; it stands. */
  row: AppointmentRow;
  /** This post. */
  place: Place | null;
}

export function AppointmentPage({ row, place }: AppointmentPageProps) {
  const { at, way, post, doctor_name, speciality, intake, moved_from, consultation } = row;
  const where = way === "call" ? t("kiosk.paper.slip_call", { post }) : way.place;
  return (
    <Page place={place} consultation={consultation} data-testid="appointment-slip">
      <h1>{t("kiosk.paper.slip_title")}</h1>
      <PatientBox rows={[[t("common.vital.name"), intake.name]]} />
      <p class="slip-when">
        <strong>{inWords(at)}</strong>
      </p>
      {moved_from !== undefined && <p class="replaces">{t("kiosk.paper.slip_moved", { time: dateAndTime(moved_from) })}</p>}
      <dl class="slip">
        <Fact name={t("kiosk.paper.slip_where")}>{where}</Fact>
        <Fact name={t("kiosk.paper.slip_with")}>
          {doctor_name}, {t(`common.speciality.${speciality}`)}
        </Fact>
        <Fact name={t("kiosk.paper.slip_bring_title")}>{t("kiosk.paper.slip_bring")}</Fact>
        {place?.phone && <Fact name={t("kiosk.paper.slip_absent")}>{t("kiosk.paper.slip_phone", { post, phone: place.phone })}</Fact>}
      </dl>
    </Page>
  );
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** The date as it is read aloud, such as "mercredi 1er mars 2028 à 9 h 05". */
const inWords = (at: number): string => {
  const hour = timeOfDay(at).replace(/^0?(\d+):/, "$1\u00a0h\u00a0");
  return `${date(at)} à ${hour}`;
};
