/** The button that prints the slip of an appointment for the patient; the slip is loaded when it is pressed. */

import type { AppointmentRow } from "../../protocol/appointments.ts";
import { Button } from "../../ui/Button.tsx";
import { errorText, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { toast } from "../../ui/Toast.tsx";
import { place } from "../shell.ts";

export function PrintSlip({ row }: { row: AppointmentRow }) {
  const press = async () => {
    const { printAppointment } = await import("../paper/print-appointment.tsx");
    await printAppointment({ row, place: place.value });
  };
  return (
    <Button icon={icon.print} data-testid="appointment-print" onClick={() => press().catch(() => toast(errorText("offline")))}>
      {t("kiosk.appointment.print")}
    </Button>
  );
}
