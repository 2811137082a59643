/** One appointment: when, where and why, and the forms that move or cancel it. */

import { useState } from "preact/hooks";
import { post } from "../../client/signalling/session.ts";
import type { AppointmentRow, CancelAppointment, MoveAppointment, StoredAppointment } from "../../protocol/appointments.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { dateAndTime, localInput } from "../../ui/dates.ts";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { useStoring } from "../prescription/storing.ts";
import { MOST_CHARS } from "./AppointmentForm.tsx";
import { When } from "./When.tsx";

interface ItemProps {
  row: AppointmentRow;
  /** True if it stands beside those of other patients. */
  named?: boolean;
  onDone: () => void;
}

export function AppointmentItem({ row, named = false, onDone }: ItemProps) {
  const [act, setAct] = useState<"move" | "cancel" | null>(null);
  const { at, way, reason, post: from, intake, moved_from, cancelled } = row;
  const done = () => (setAct(null), onDone());
  return (
    <li class="row" data-testid="appointment" data-cancelled={!!cancelled}>
      <p>
        <strong>{dateAndTime(at)}</strong> · {way === "call" ? t("doctor.appointment.by_call") : way.place}
      </p>
      {named && (
        <p dir="auto">
          {from}
          {intake.name && ` · ${intake.name}`}
        </p>
      )}
      <p dir="auto">{reason}</p>
      {moved_from !== undefined && <p class="small soft">{t("doctor.appointment.moved_from", { time: dateAndTime(moved_from) })}</p>}
      {cancelled ? (
        <p class="small" data-testid="appointment-cancelled">
          {t("doctor.appointment.cancelled", { by: cancelled.by, why: cancelled.why })}
        </p>
      ) : (
        <div class="actions">
          {(["move", "cancel"] as const).map((one) => (
            <Button key={one} kind="bare" aria-expanded={act === one} data-testid={`appointment-${one}`} onClick={() => setAct(act === one ? null : one)}>
              {t(`doctor.appointment.${one}`)}
            </Button>
          ))}
        </div>
      )}
      {act === "move" && <Move row={row} onDone={done} />}
      {act === "cancel" && <Cancel row={row} onDone={done} />}
    </li>
  );
}

function Move({ row, onDone }: { row: AppointmentRow; onDone: () => void }) {
  const [day = "", time = ""] = localInput(row.at).split("T");
  const [local, setLocal] = useState({ day, time });
  const body: MoveAppointment = { local };
  return (
    <Act path={`${addressOf(row)}/move`} body={body} isWhole={!!local.day && !!local.time} label={t("doctor.appointment.move_confirm")} onDone={onDone}>
      <When value={local} onValue={setLocal} />
    </Act>
  );
}

function Cancel({ row, onDone }: { row: AppointmentRow; onDone: () => void }) {
  const [why, setWhy] = useState("");
  const body: CancelAppointment = { why: why.trim() };
  return (
    <Act path={`${addressOf(row)}/cancel`} body={body} isWhole={!!why.trim()} label={t("doctor.appointment.cancel_confirm")} onDone={onDone}>
      <Field label={t("doctor.appointment.why")} value={why} onValue={setWhy} maxLength={MOST_CHARS} data-testid="appointment-why" />
    </Act>
  );
}

interface ActProps {
  path: string;
  body: MoveAppointment | CancelAppointment;
  isWhole: boolean;
  label: string;
  onDone: () => void;
  children: preact.ComponentChildren;
}

function Act({ path, body, isWhole, label, onDone, children }: ActProps) {
  const storing = useStoring();
  const run = async () => {
    if (await storing.run(() => post<StoredAppointment>(path, body))) onDone();
  };
  return (
    <div class="appointment-form">
      {children}
      {storing.fault && (
        <Banner tone="bad" icon={icon.alert} data-testid="appointment-fault">
          {storing.fault}
        </Banner>
      )}
      <Button kind="primary" disabled={!isWhole || storing.busy} data-testid="appointment-confirm" onClick={() => void run()}>
        {label}
      </Button>
    </div>
  );
}

const addressOf = ({ consultation, appointment }: AppointmentRow) => `/api/consultations/${consultation}/appointments/${appointment}`;
