/** The consent of a consultation of before: what was answered, and a way to withdraw it, or to ask now. */

import { useEffect, useState } from "preact/hooks";
import type { ConsultationView } from "../../protocol/api.ts";
import type { Consent, ConsultationId } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { ConsentLine } from "../../ui/consent/ConsentLine.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { errorText, errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { RemainsLine } from "../../ui/published/later.ts";
import { toast } from "../../ui/Toast.tsx";
import type { Answer } from "../form.ts";
import { getRecord } from "../record.ts";
import { answered, say, underway } from "./answers.ts";
import { Question } from "./Question.tsx";

export function PastConsent({ id }: { id: ConsultationId }) {
  const [open, setOpen] = useState(false);
  return (
    <section class="consent-of">
      <Button icon={icon.people} aria-expanded={open} data-testid="consent-of" onClick={() => setOpen(!open)}>
        {t("common.consent.title")}
      </Button>
      {open && <Opened id={id} />}
    </section>
  );
}

function Opened({ id }: { id: ConsultationId }) {
  const [view, setView] = useState<ConsultationView | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const waiting = underway(id);
  // It is read again when an answer has reached the server.
  useEffect(() => {
    if (waiting) return;
    const read = getRecord<ConsultationView>(`/api/consultations/${id}`);
    read.then((found) => (setView(found), setFault(null)), (error: unknown) => setFault(errorTextOf(error)));
  }, [id, !waiting]);
  const answer = (said: Answer) => void say(id, said).catch(() => toast(errorText("queue_full")));
  if (waiting) return <Kept answer={waiting} wasGiven={view?.record.consent?.standing === "given"} />;
  if (fault) return <p class="fault warn" role="alert">{fault}</p>;
  if (!view) return <p role="status">{t("common.loading")}</p>;
  const { consent, intake } = view.record;
  return (
    <>
      <ConsentLine consent={consent} by={view.staff?.find((one) => one.id === consent?.staff)?.name} />
      {consent?.standing === "withdrawn" && <RemainsLine id={id} />}
      {consent?.standing === "given" ? (
        <Withdraw id={id} consent={consent} onAnswer={answer} />
      ) : (
        <Question answer={null} language={consent?.said.language ?? intake.language} onAnswer={answer} />
      )}
    </>
  );
}

/** An answer that the server does not have yet. Until it has it, a withdrawal stops nothing. */
function Kept({ answer: { given }, wasGiven }: { answer: Answer; wasGiven: boolean }) {
  return (
    <Banner icon={icon.send} data-testid="consent-kept">
      {t(given ? "common.consent.kept" : "common.consent.kept_no")} {!given && wasGiven && t("common.consent.kept_until")}
    </Banner>
  );
}

interface WithdrawProps {
  id: ConsultationId;
  consent: Consent;
  onAnswer: (answer: Answer) => void;
}

/** Withdrawing asks once whether it is meant, and tells before what it stops and what it does not undo. */
function Withdraw({ id, consent: { said }, onAnswer }: WithdrawProps) {
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button icon={icon.close} data-testid="consent-withdraw" onClick={() => setAsks(true)}>
        {t("common.consent.withdraw")}
      </Button>
      {asks && (
        <Dialog
          title={t("common.consent.withdraw_title")}
          onClose={() => setAsks(false)}
          data-testid="consent-dialog"
          actions={
            <>
              <Button data-testid="consent-keep" onClick={() => setAsks(false)}>{t("common.cancel")}</Button>
              <Button
                kind="danger"
                data-testid="consent-confirm"
                onClick={() => onAnswer(answered({ given: false, language: said.language, giver: said.giver }))}
              >
                {t("common.consent.withdraw_confirm")}
              </Button>
            </>
          }
        >
          <p>{t("common.consent.withdraw_what")}</p>
          <RemainsLine id={id} />
          <p>{t("common.consent.withdraw_same")}</p>
        </Dialog>
      )}
    </>
  );
}
