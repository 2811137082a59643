/** The date and the time of an appointment, on the wall of the post. */

import type { LocalTime } from "../../protocol/appointments.ts";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";

export function When({ value, onValue }: { value: LocalTime; onValue: (value: LocalTime) => void }) {
  return (
    <div class="when">
      <Field
        label={t("doctor.appointment.day")}
        type="date"
        value={value.day}
        onValue={(day) => onValue({ ...value, day })}
        data-testid="appointment-day"
      />
      <Field
        label={t("doctor.appointment.time")}
        hint={t("doctor.appointment.time_hint")}
        type="time"
        value={value.time}
        onValue={(time) => onValue({ ...value, time })}
        data-testid="appointment-time"
      />
    </div>
  );
}
