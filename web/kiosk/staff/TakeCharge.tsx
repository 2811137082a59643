/** "Qui a pris en charge ?": an emergency call needs no PIN, and is attributed afterwards, also without a network. */

import { useState } from "preact/hooks";
import type { ConsultationId } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import french from "../../ui/texts/fr.json?staff";
import { toast } from "../../ui/Toast.tsx";
import { book, nurseHere, takeCharge } from "../staff.ts";
import { AskStaff } from "./AskStaff.tsx";

learn(french);

interface TakeChargeProps {
  consultation: ConsultationId;
  /** True in a record that names nobody: whoever reads it need not be who took charge. */
  late?: boolean;
}

export function TakeCharge({ consultation, late }: TakeChargeProps) {
  const [asks, setAsks] = useState(false);
  // Whoever was there from the beginning is named in the record already.
  const [state, setState] = useState<"open" | "done">(book.here.peek() && !late ? "done" : "open");
  const hasStaff = book.members.value.some(({ left }) => !left);
  const take = () =>
    takeCharge(consultation).then(
      () => (setState("done"), setAsks(false)),
      () => toast(t("kiosk.staff.full")),
    );
  if (!hasStaff) return null;
  if (state === "done" && nurseHere())
    return (
      <p class="soft" data-testid="in-charge">
        {t("kiosk.staff.in_charge", { name: nurseHere() })}
      </p>
    );
  if (asks && !book.here.value) return <AskStaff title={t("kiosk.staff.charge")} onDone={() => void take()} />;
  return (
    <Button icon={icon.people} data-testid="take-charge" onClick={() => (book.here.value ? void take() : setAsks(true))}>
      {t("kiosk.staff.charge")}
    </Button>
  );
}
