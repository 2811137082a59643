/** The form of a case with its last values: what has changed is typed over, and the whole form is sent again, also without a network. */

import { useEffect, useState } from "preact/hooks";
import { get, pageClock } from "../../client/index.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import { type Intake, type Speciality, TEXT_LIMITS } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { changeForm, clearExamination, closeForm, form, opened, openExamination } from "../draft.ts";
import { dangersOf, firstParts, type FormKind, impossible, intakeOf, kindOf, otherParts } from "../form.ts";
import { Parts, Unmeasurable } from "../FormFields.tsx";
import { connection } from "../shell.ts";
import { ownActs, tryTo, write } from "./acts.ts";
import { copies } from "./kept/copies.ts";

interface ExamineProps {
  id: string;
  onDone: () => void;
}

export function Examine({ id, onDone }: ExamineProps) {
  const [kind, setKind] = useState<FormKind | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    lastForm(id).then(
      async ({ speciality, intake }) => {
        await openExamination(id, speciality, intake);
        setKind(kindOf(speciality));
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
    const act = crypto.randomUUID();
    if (await tryTo(write({ type: "examine", consultation: id, act, intake: intakeOf(form.value) }))) {
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

/** The form with the newest values: those that wait on this tablet, else the server's, else those that the tablet read last. */
async function lastForm(id: string): Promise<{ speciality: Speciality; intake: Intake }> {
  const waiting = ownActs(id).flatMap(({ message, item }) => (item && message.type === "examine" ? [message.intake] : []));
  const { record } = await readOrCopy(id);
  return { speciality: record.speciality, intake: waiting.at(-1) ?? record.intake };
}

/** The server's answer, or the tablet's copy if there is no network or the server does not answer soon. */
async function readOrCopy(id: string): Promise<ConsultationView> {
  const read = get<ConsultationView>(`/api/consultations/${id}`);
  const copy = await copies.load(id);
  if (!copy) return read;
  const isOffline = connection.state.peek().at !== "ready";
  const late = new Promise<ConsultationView>((resolve) => pageClock.after(isOffline ? 0 : PATIENCE_MS, () => resolve(copy.view)));
  return Promise.race([read.catch(() => copy.view), late]);
}

/** A nurse who wants to type waits no longer than this for the server. */
const PATIENCE_MS = 3000;
