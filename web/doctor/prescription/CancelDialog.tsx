/** The dialog that cancels a signed prescription, with the reason that everybody reads beside it. */

import { useState } from "preact/hooks";
import { post } from "../../client/signalling/session.ts";
import { codeOf } from "../../client/workflow/prescription-code.ts";
import type { ConsultationId, SignedPrescription } from "../../protocol/messages.ts";
import type { CancelPrescription } from "../../protocol/prescriptions.ts";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import { Lines } from "./Lines.tsx";
import { StepUp } from "./StepUp.tsx";
import { useStoring } from "./storing.ts";
import { LIMITS } from "./typed.ts";

interface CancelProps {
  id: ConsultationId;
  signed: SignedPrescription;
  onClose: () => void;
  /** Called once the cancellation is durable. */
  onDone: () => void;
}

export function CancelDialog({ id, signed, onClose, onDone }: CancelProps) {
  const [why, setWhy] = useState("");
  const storing = useStoring();
  const cancel = async (password: string) => {
    const body: CancelPrescription = { why: why.trim(), password };
    if (await storing.run(() => post(`/api/consultations/${id}/prescriptions/${signed.prescription}/cancel`, body))) onDone();
  };
  return (
    <StepUp
      title={t("doctor.rx.cancel_title", { code: codeOf(signed.prescription) })}
      act={t("doctor.rx.cancel_confirm")}
      kind="danger"
      isIncomplete={!why.trim()}
      storing={storing}
      onClose={onClose}
      onAct={(password) => void cancel(password)}
    >
      <Lines lines={signed.lines} />
      <Field
        label={t("doctor.rx.cancel_why")}
        hint={t("doctor.rx.cancel_why_hint")}
        value={why}
        onValue={setWhy}
        maxLength={LIMITS.why}
        required
        data-testid="rx-cancel-why"
      />
    </StepUp>
  );
}
