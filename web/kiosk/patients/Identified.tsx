/** Who a patient is in the national record (DPP), as somebody at the post decided it later. */

import type { IdentificationLine } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { dateAndTime } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";

/** One decision, and the way back. */
export function Identified({ line, onUndo }: { line: IdentificationLine; onUndo: () => void }) {
  const { number, confirmed, staff } = line;
  const text = `kiosk.patient.number${confirmed ? "" : "_typed"}${line.name ? "_named" : ""}` as const;
  const time = dateAndTime(line.at);
  return (
    <p class="alike" data-testid="identified" data-confirmed={confirmed}>
      <span>
        <strong dir="auto">{t(text, { number, name: line.name ?? "" })}</strong>
        <br />
        {staff ? t("kiosk.patient.number_by", { time, name: staff }) : t("kiosk.patient.number_at", { time })}
      </span>
      <Button data-testid="identified-undo" onClick={onUndo}>
        {t("kiosk.patient.number_undo")}
      </Button>
    </p>
  );
}
