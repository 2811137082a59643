/** The form of a case with its last values: what has changed is typed over, and the whole form is sent again. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../client/index.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import { TEXT_LIMITS } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { changeForm, clearExamination, closeForm, form, opened, openExamination } from "../draft.ts";
import { dangersOf, firstParts, type FormKind, impossible, intakeOf, kindOf, otherParts } from "../form.ts";
import { Parts, Unmeasurable } from "../FormFields.tsx";
import { acts, tryTo } from "./acts.ts";

interface ExamineProps {
  id: string;
  onDone: () => void;
}

export function Examine({ id, onDone }: ExamineProps) {
  const [kind, setKind] = useState<FormKind | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    get<ConsultationView>(`/api/consultations/${id}`).then(
      async ({ record }) => {
        await openExamination(id, record.speciality, record.intake);
        setKind(kindOf(record.speciality));
      },
      (error: unknown) => setFault(errorTextOf(error)),
    );
    return closeForm;
  }, [id]);
  if (fault) return <Banner tone="warn" icon={icon.linkOff}>{fault}</Banner>;
  return kind && opened.value === kind ? <Values id={id} kind={kind} onDone={onDone} /> : <p>{t("common.loading")}</p>;
}

function Values({ id, kind, onDone }: ExamineProps & { kind: FormKind }) {
  const [busy, setBusy] = useState(false);
  const [warned, setWarned] = useState("");
  const found = dangersOf(form.value);
  const wrong = impossible(form.value).join();
  const send = async () => {
    if (wrong && warned !== wrong) return setWarned(wrong);
    setBusy(true);
    if (await tryTo(acts.examine(id, intakeOf(form.value)))) {
      await clearExamination(id);
      onDone();
    }
    setBusy(false);
  };
  return (
    <>
      <div class="fields">
        <Parts kind={kind} parts={firstParts(kind)} found={found} />
        <Parts kind={kind} parts={otherParts(kind)} found={found} />
        <Unmeasurable kind={kind} />
        <div class="wide">
          <Field
            label={t("kiosk.ask.reason")}
            value={form.value.reason}
            onValue={(reason) => changeForm(kind, { reason })}
            rows={2}
            maxLength={TEXT_LIMITS.reason}
            data-testid="field-reason"
          />
        </div>
      </div>
      <footer class="foot">
        {wrong && warned === wrong && (
          <p class="fault warn" role="alert" data-testid="check-values">
            {t("kiosk.case.check", { n: wrong.split(",").length })}
          </p>
        )}
        <Button kind="go" icon={icon.send} class="call" disabled={busy} data-testid="examine-send" onClick={() => void send()}>
          {t("kiosk.case.examine_send")}
        </Button>
      </footer>
    </>
  );
}
