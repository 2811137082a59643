/**
 * Asks the national file (DPP) who the patient of the form is. Nothing waits for it: the request can be sent while it is asked, and
 * whatever it answers.
 */

import { useEffect, useState } from "preact/hooks";
import { ApiError, post } from "../../../client/signalling/session.ts";
import type { DppLookup, DppPatient, DppRecord, FindDppPatient } from "../../../protocol/api.ts";
import { Button } from "../../../ui/Button.tsx";
import { Absence, RecordText } from "../../../ui/dpp/RecordText.tsx";
import { errorTextOf, t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { Possible } from "./Possible.tsx";
import { patientText } from "./patient.ts";

type Asked = "asking" | { fault: string } | DppLookup;

type NationalFileProps = { wanted: FindDppPatient; onTake: (patient: DppPatient) => void; onClose: () => void };

/** The answer about whom was asked for when it was opened. */
export function NationalFile({ wanted, onTake, onClose }: NationalFileProps) {
  const [answer, setAnswer] = useState<Asked>("asking");
  const ask = () => {
    setAnswer("asking");
    return post<DppLookup>("/api/dpp/lookup", wanted).catch((error: unknown) => ({ fault: errorTextOf(error) }));
  };
  useEffect(() => {
    let isWanted = true;
    void ask().then((found) => isWanted && setAnswer(found));
    return () => void (isWanted = false);
  }, []);
  return (
    <section class="wide dpp" aria-label={t("common.dpp.title")} data-testid="dpp" data-state={answer === "asking" ? "asking" : "state" in answer ? answer.state : "fault"}>
      <Answer onTake={onTake} answer={answer} onAnswer={setAnswer} onRetry={() => void ask().then(setAnswer)} />
      <Button kind="bare" icon={icon.close} data-testid="dpp-close" onClick={onClose}>
        {t("common.dpp.close")}
      </Button>
    </section>
  );
}

type AnswerProps = { onTake: (patient: DppPatient) => void; answer: Asked; onAnswer: (answer: Asked) => void; onRetry: () => void };

function Answer({ onTake, answer, onAnswer, onRetry }: AnswerProps) {
  if (answer === "asking") return <p role="status">{t("common.dpp.asking")}</p>;
  if (!("state" in answer)) {
    return (
      <p class="fault warn" role="alert">
        {answer.fault}
      </p>
    );
  }
  if (answer.state === "found") return <Found key={answer.patient.id} onTake={onTake} patient={answer.patient} />;
  if (answer.state === "possible") return <Possible patients={answer.patients} onAnswer={onAnswer} />;
  return <Absence state={answer.state} onRetry={onRetry} />;
}

/** The patient, with the record in short. The nurse takes the number into the form with one press. */
function Found({ onTake, patient }: { onTake: (patient: DppPatient) => void; patient: DppPatient }) {
  const [record, setRecord] = useState<DppRecord | { fault: string } | null>(null);
  const [taken, setTaken] = useState(false);
  const read = () => {
    setRecord(null);
    post<DppRecord>("/api/dpp/record", { patient: patient.id }).then(setRecord, (error: unknown) => setRecord({ fault: faultText(error) }));
  };
  useEffect(read, [patient.id]);
  return (
    <>
      <h3 dir="auto" data-testid="dpp-patient">
        {patientText(patient)}
      </h3>
      {!taken && (
        <Button kind="primary" icon={icon.check} data-testid="dpp-take" onClick={() => (onTake(patient), setTaken(true))}>
          {t("common.dpp.take")}
        </Button>
      )}
      {taken && <p role="status">{t("common.dpp.taken")}</p>}
      {!record && <p role="status">{t("common.dpp.reading")}</p>}
      {record && "fault" in record && (
        <p class="fault warn" role="alert">
          {record.fault} <Button onClick={read}>{t("common.retry")}</Button>
        </p>
      )}
      {record && "state" in record && <RecordText record={record} onRetry={read} />}
    </>
  );
}

/** A patient who was found too long ago is looked up again. */
const faultText = (error: unknown): string =>
  error instanceof ApiError && error.code === "not_found" ? t("common.dpp.too_old") : errorTextOf(error);
