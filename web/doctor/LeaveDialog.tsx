/** The dialog before a doctor leaves a call: leave it for a moment, make it a case to answer in writing, or hand it on to whoever is free. */

import { useState } from "preact/hooks";
import type { Speciality } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Field } from "../ui/Field.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Select } from "../ui/Select.tsx";
import { toast } from "../ui/Toast.tsx";
import { EvacuationBeforeClosing } from "./evacuation/BeforeClosing.tsx";
import type { Evacuating } from "./evacuation/kept-evacuation.ts";
import { BeforeClosing } from "./prescription/BeforeClosing.tsx";
import type { Prescribing } from "./prescription/kept-prescription.ts";
import type { CallProps } from "./props.ts";

type LeaveDialogProps = CallProps & { prescribing: Prescribing; evacuating: Evacuating; onClose: () => void };

export function LeaveDialog({ client, ongoing, prescribing, evacuating, onClose }: LeaveDialogProps) {
  const holds = ongoing.may.has("hand_on");
  const leave = () => {
    client.consultation.leave();
    onClose();
  };
  const handOn = () => {
    client.consultation.handOn();
    onClose();
  };
  const defer = async () => {
    onClose();
    const { actsOf } = await import("./cases/acts.ts");
    await actsOf(client).defer(ongoing.id).catch((error: unknown) => toast(errorTextOf(error)));
  };
  return (
    <Dialog
      title={t("doctor.leave_title")}
      onClose={onClose}
      data-testid="leave-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("doctor.leave_stay")}</Button>
          {ongoing.may.has("defer") && (
            <Button icon={icon.note} data-testid="defer" onClick={() => void defer()}>
              {t("doctor.defer")}
            </Button>
          )}
          {holds && (
            <Button icon={icon.people} data-testid="hand-on" onClick={handOn}>
              {t("doctor.hand_on")}
            </Button>
          )}
          <Button kind="danger" icon={icon.hangUp} data-testid="hangup-yes" onClick={leave}>
            {t("common.leave")}
          </Button>
        </>
      }
    >
      <p>{t(holds ? "doctor.leave_holder" : "doctor.leave_guest")}</p>
      {ongoing.may.has("defer") && <p>{t("doctor.defer_more")}</p>}
      <BeforeClosing prescribing={prescribing} onClose={onClose} />
      <EvacuationBeforeClosing evacuating={evacuating} onClose={onClose} />
      {ongoing.may.has("postpone") && <Hold client={client} onClose={onClose} />}
      {ongoing.may.has("redirect") && <Redirect client={client} onClose={onClose} />}
    </Dialog>
  );
}

type PartProps = Pick<CallProps, "client"> & { onClose: () => void };

/** Puts the call on hold: the post is told who takes it up again and when. */
function Hold({ client, onClose }: PartProps) {
  const hold = (minutes: number) => {
    client.consultation.hold(minutes * 60_000);
    onClose();
  };
  return (
    <section data-testid="hold">
      <p>
        <strong>{t("doctor.hold.title")}</strong> {t("doctor.hold.more")}
      </p>
      <div class="actions">
        {HOLD_MINUTES.map((minutes) => (
          <Button key={minutes} icon={icon.clock} data-testid={`hold-${minutes}`} onClick={() => hold(minutes)}>
            {t("doctor.hold.minutes", { n: minutes })}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Gives the consultation to another speciality, with the reason. */
function Redirect({ client, onClose }: PartProps) {
  const [to, setTo] = useState<Speciality>("general");
  const [why, setWhy] = useState("");
  const send = () => {
    client.consultation.redirect(to, why.trim());
    onClose();
  };
  return (
    <section data-testid="redirect">
      <p>
        <strong>{t("doctor.hold.redirect")}</strong> {t("doctor.hold.redirect_more")}
      </p>
      <Select
        label={t("doctor.hold.to")}
        value={to}
        options={SPECIALITIES.map((value) => ({ value, label: t(`common.speciality.${value}`) }))}
        onValue={setTo}
        testid="redirect-to"
      />
      <Field label={t("doctor.hold.why")} value={why} maxLength={500} onValue={setWhy} data-testid="redirect-why" />
      <Button icon={icon.people} disabled={!why.trim()} data-testid="redirect-send" onClick={send}>
        {t("doctor.hold.redirect_send")}
      </Button>
    </section>
  );
}

const HOLD_MINUTES = [5, 10, 30];
const SPECIALITIES: Speciality[] = ["obstetrics", "paediatrics", "general", "surgery"];
