/**
 * The dialog that closes a consultation. It asks for the outcome, tells what the post will read, and signs what is
 * written before it closes. The name of an act does not stand for the act: a prescription must be in force, an evacuation must be asked
 * for, and an appointment must be ahead.
 */

import { useState } from "preact/hooks";
import { isInForce } from "../client/workflow/prescriptions.ts";
import type { Disposition } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Choice } from "../ui/Choice.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { AppointmentSection } from "./appointments/later.ts";
import { FollowUp, type FollowUpChoice, hoursOf, usualFor } from "./FollowUp.tsx";
import { EvacuationBeforeClosing } from "./evacuation/BeforeClosing.tsx";
import type { Evacuating } from "./evacuation/kept-evacuation.ts";
import { keepsOpen, lackOf, proposed } from "./lack.ts";
import { BeforeClosing } from "./prescription/BeforeClosing.tsx";
import type { Prescribing } from "./prescription/kept-prescription.ts";
import type { AdviceDraft, CallProps } from "./props.ts";

type CloseDialogProps = CallProps & {
  draft: AdviceDraft;
  prescribing: Prescribing;
  evacuating: Evacuating;
  /** True if an evacuation was asked for and not cancelled. */
  referred: boolean;
  onClose: () => void;
};

export function CloseDialog({ client, ongoing, draft, prescribing, evacuating, referred, onClose }: CloseDialogProps) {
  const [chosen, setHow] = useState<Disposition | null>(null);
  const prescribed = ongoing.prescriptions.some(isInForce);
  const [asked, setAsked] = useState<FollowUpChoice | null>(null);
  const unsigned = draft.text.trim() !== "";
  const silent = !unsigned && ongoing.advice.length === 0 && client.consultation.unsent.value.length === 0;
  const [appointed, setAppointed] = useState(false);
  const done = { silent, prescribed, referred, appointed };
  const how = chosen ?? proposed(done);
  const lacks = lackOf(how, done);
  const finish = async () => {
    onClose();
    await draft.sign();
    if (how) await client.consultation.close(how, hoursOf(asked ?? usualFor(how)));
  };
  return (
    <Dialog
      title={t("doctor.finish_title")}
      onClose={onClose}
      data-testid="close-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button
            kind="primary"
            icon={icon.check}
            disabled={!how || keepsOpen(lacks)}
            data-testid="close-confirm"
            onClick={() => void finish()}
          >
            {t(unsigned ? "doctor.finish_sign" : "doctor.finish_confirm")}
          </Button>
        </>
      }
    >
      <Choice
        label={t("doctor.finish_how")}
        options={DISPOSITIONS.map((value) => ({
          value,
          label: t(silent && !prescribed && !referred && value === "advice" ? "common.disposition.spoken" : `common.disposition.${value}`),
        }))}
        value={how}
        onValue={setHow}
        testid="disposition"
      />
      <FollowUp value={asked ?? usualFor(how)} onValue={setAsked} />
      {how === "appointment" && <AppointmentSection client={client} id={ongoing.id} canWrite asks onStanding={setAppointed} />}
      <BeforeClosing prescribing={prescribing} lacks={lacks === "prescription"} onClose={onClose} />
      <EvacuationBeforeClosing evacuating={evacuating} lacks={lacks === "referral"} onClose={onClose} />
      {(unsigned || lacks === "silent") && (
        <Banner tone="warn" icon={icon.alert} data-testid="close-warning">
          {unsigned && t("doctor.finish_unsigned")}
          {lacks === "silent" && t("doctor.finish_silent")}
        </Banner>
      )}
    </Dialog>
  );
}

const DISPOSITIONS: Disposition[] = ["advice", "prescription", "evacuation", "appointment"];
