/** The dialogs at the end of a case: closing it with its outcome and a time to ask for news, and telling the news. */

import { useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import type { ConsultationId, Disposition, Outcome } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import french from "../../ui/texts/fr.json?outcome";
import { AppointmentSection } from "../appointments/later.ts";
import { FollowUp, type FollowUpChoice, hoursOf, usualFor } from "../FollowUp.tsx";
import { EvacuationBeforeClosing } from "../evacuation/BeforeClosing.tsx";
import type { Evacuating } from "../evacuation/kept-evacuation.ts";
import { type Done, keepsOpen, lackOf, proposed } from "../lack.ts";
import { BeforeClosing } from "../prescription/BeforeClosing.tsx";
import type { Prescribing } from "../prescription/kept-prescription.ts";
import { actsOf, useActing } from "./acts.ts";

interface EndProps {
  client: Client;
  id: ConsultationId;
  onClose: () => void;
  /** Called once it is durable. */
  onDone: () => void;
}

learn(french);

interface CloseProps extends EndProps {
  /** What has been done in the case. */
  done: Omit<Done, "appointed">;
  prescribing: Prescribing;
  evacuating: Evacuating;
}

/** Closes a case. The name of an act does not stand for the act, so it needs a prescription in force, an evacuation or an appointment ahead. */
export function CloseCase({ client, id, done, prescribing, evacuating, onClose, onDone }: CloseProps) {
  const [chosen, setHow] = useState<Disposition | null>(null);
  const [appointed, setAppointed] = useState(false);
  const all = { ...done, appointed };
  const how = chosen ?? proposed(all);
  const lacks = lackOf(how, all);
  const [asked, setAsked] = useState<FollowUpChoice | null>(null);
  const acting = useActing();
  const follow = asked ?? usualFor(how);
  const finish = async (disposition: Disposition) => {
    const hours = hoursOf(follow) ?? undefined;
    if (await acting.run(() => actsOf(client).close(id, disposition, hours))) onDone();
  };
  return (
    <Dialog
      title={t("doctor.case.close_title")}
      onClose={onClose}
      data-testid="case-close-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button
            kind="primary"
            icon={icon.check}
            disabled={!how || acting.busy || keepsOpen(lacks)}
            data-testid="close-confirm"
            onClick={() => how && void finish(how)}
          >
            {t("doctor.case.close")}
          </Button>
        </>
      }
    >
      <Choice
        label={t("doctor.finish_how")}
        options={DISPOSITIONS.map((value) => ({ value, label: t(`common.disposition.${value}`) }))}
        value={how}
        onValue={setHow}
        testid="disposition"
      />
      <FollowUp value={follow} onValue={setAsked} />
      {how === "appointment" && <AppointmentSection client={client} id={id} canWrite asks onStanding={setAppointed} />}
      <BeforeClosing prescribing={prescribing} lacks={lacks === "prescription"} onClose={onClose} />
      <EvacuationBeforeClosing evacuating={evacuating} lacks={lacks === "referral"} onClose={onClose} />
      {lacks === "silent" && (
        <Banner tone="warn" icon={icon.alert}>
          {t("doctor.finish_silent")}
        </Banner>
      )}
      {acting.fault && <Banner tone="warn">{acting.fault}</Banner>}
    </Dialog>
  );
}

/** Tells what became of the patient, if the doctor has heard of it before the post told it. */
export function TellOutcome({ client, id, onClose, onDone }: EndProps) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [text, setText] = useState("");
  const acting = useActing();
  const tell = async (told: Outcome) => {
    if (await acting.run(() => actsOf(client).tellOutcome(id, told, text.trim()))) onDone();
  };
  return (
    <Dialog
      title={t("doctor.case.tell_title")}
      onClose={onClose}
      data-testid="outcome-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button
            kind="primary"
            icon={icon.check}
            disabled={!outcome || acting.busy}
            data-testid="outcome-send"
            onClick={() => outcome && void tell(outcome)}
          >
            {t("doctor.case.tell_send")}
          </Button>
        </>
      }
    >
      <Choice
        label={t("doctor.case.tell_what")}
        options={OUTCOMES.map((value) => ({ value, label: t(`doctor.outcome.${value}`) }))}
        value={outcome}
        onValue={setOutcome}
        testid="outcome"
      />
      <Field label={t("doctor.case.tell_remark")} value={text} onValue={setText} rows={2} maxLength={REMARK} data-testid="outcome-text" />
      {acting.fault && <Banner tone="warn">{acting.fault}</Banner>}
    </Dialog>
  );
}

const DISPOSITIONS: Disposition[] = ["advice", "prescription", "evacuation", "appointment"];
const OUTCOMES: Outcome[] = ["arrived", "recovered", "improved", "worse", "evacuated", "died", "lost_to_follow_up"];
const REMARK = 500;
