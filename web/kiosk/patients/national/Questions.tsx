/** Two questions that the patient answers before somebody who is only probable is taken for them. The server compares the answers. */

import { useState } from "preact/hooks";
import { post } from "../../../client/signalling/session.ts";
import type { ConfirmDppPatient, DppLookup, DppPossible, DppQuestion } from "../../../protocol/api.ts";
import { Button } from "../../../ui/Button.tsx";
import { Field } from "../../../ui/Field.tsx";
import { errorTextOf, t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { isoDate } from "./wanted.ts";

type QuestionsProps = { patient: DppPossible; isOnly: boolean; onFound: (answer: DppLookup) => void; onBack: () => void };

/** The questions about one patient, or the sentence that the file knows too little to ask. */
export function Questions({ patient, isOnly, onFound, onBack }: QuestionsProps) {
  const [answers, setAnswers] = useState({ born: "", town: "", phone: "" });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const isAsked = patient.questions.length === 2;
  const isAnswered = patient.questions.every((question) => answers[question].trim());
  const send = async () => {
    setBusy(true);
    setFault(null);
    const body: ConfirmDppPatient = { patient: patient.id, ...answers, born: isoDate(answers.born) };
    try {
      const answer = await post<DppLookup>("/api/dpp/confirm", body);
      if (answer.state === "unknown") setFault(t("common.dpp.not_confirmed"));
      else onFound(answer);
    } catch (error) {
      setFault(errorTextOf(error));
    }
    setBusy(false);
  };
  return (
    <form class="dpp-questions" data-testid="dpp-questions" onSubmit={(event) => (event.preventDefault(), void send())}>
      <p dir="auto">{t(isAsked ? "common.dpp.ask" : "common.dpp.cannot_ask", { name: patient.name })}</p>
      {isAsked && patient.questions.map((question) => (
        <Field
          key={question}
          label={t(`common.dpp.q_${question}`)}
          {...INPUTS[question]}
          value={answers[question]}
          onValue={(typed) => setAnswers({ ...answers, [question]: typed })}
          autoComplete="off"
          data-testid={`dpp-q-${question}`}
        />
      ))}
      {fault && (
        <p class="fault warn" role="alert" data-testid="dpp-not-confirmed">
          {fault}
        </p>
      )}
      <div class="actions">
        {!isOnly && (
          <Button icon={icon.back} onClick={onBack}>
            {t("common.back")}
          </Button>
        )}
        {isAsked && (
          <Button kind="primary" type="submit" disabled={busy || !isAnswered} data-testid="dpp-confirm">
            {t(busy ? "common.dpp.asking" : "common.dpp.confirm")}
          </Button>
        )}
      </div>
    </form>
  );
}

const INPUTS: Record<DppQuestion, { inputMode?: "numeric"; maxLength: number; placeholder?: string }> = {
  born: { inputMode: "numeric", maxLength: 10, placeholder: "12/05/1994" },
  town: { maxLength: 60 },
  phone: { inputMode: "numeric", maxLength: 4 },
};
