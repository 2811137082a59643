/** The form of a new appointment: when, by call or at a place, why, and whose telephone is reminded. */

import { useMemo, useState } from "preact/hooks";
import { post } from "../../client/signalling/session.ts";
import type { MakeAppointment } from "../../protocol/appointments.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { useStoring } from "../prescription/storing.ts";
import { When } from "./When.tsx";

/** Most characters of a text (`APPOINTMENT_CHARS`). */
export const MOST_CHARS = 200;

interface FormProps {
  id: ConsultationId;
  /** True if the server sends reminders. */
  reminds: boolean;
  onDone: () => void;
}

export function AppointmentForm({ id, reminds, onDone }: FormProps) {
  // One that is sent again after a lost answer is the same one.
  const appointment = useMemo(() => crypto.randomUUID(), []);
  const [local, setLocal] = useState({ day: "", time: "" });
  const [how, setHow] = useState<"call" | "place">("call");
  const [place, setPlace] = useState("");
  const [reason, setReason] = useState("");
  const [phone, setPhone] = useState("");
  const storing = useStoring();
  const isWhole = local.day && local.time && reason.trim() && (how === "call" || place.trim());
  const make = async () => {
    const body: MakeAppointment = {
      appointment,
      local,
      way: how === "call" ? "call" : { place: place.trim() },
      reason: reason.trim(),
      ...(phone.trim() && { phone: phone.trim() }),
    };
    if (await storing.run(() => post(`/api/consultations/${id}/appointments`, body))) onDone();
  };
  return (
    <div class="appointment-form" data-testid="appointment-form">
      <When value={local} onValue={setLocal} />
      <Choice
        label={t("doctor.appointment.how")}
        options={(["call", "place"] as const).map((value) => ({ value, label: t(`doctor.appointment.${value}`) }))}
        value={how}
        onValue={setHow}
        testid="appointment-how"
      />
      {how === "place" && (
        <Field label={t("doctor.appointment.where")} value={place} onValue={setPlace} maxLength={MOST_CHARS} data-testid="appointment-place" />
      )}
      <Field label={t("doctor.appointment.reason")} value={reason} onValue={setReason} maxLength={MOST_CHARS} data-testid="appointment-reason" />
      {reminds && (
        <Field
          label={t("doctor.appointment.phone")}
          hint={t("doctor.appointment.phone_hint")}
          value={phone}
          onValue={setPhone}
          inputMode="tel"
          maxLength={40}
          data-testid="appointment-phone"
        />
      )}
      {storing.fault && (
        <Banner tone="bad" icon={icon.alert} data-testid="appointment-fault">
          {storing.fault}
        </Banner>
      )}
      <Button kind="primary" icon={icon.check} disabled={!isWhole || storing.busy} data-testid="appointment-save" onClick={() => void make()}>
        {t(storing.slow ? "common.loading" : "doctor.appointment.save")}
      </Button>
    </div>
  );
}
