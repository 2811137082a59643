/** What the server's clock asks the structure about a letter that is open, with the answer beside it. */

import type { Referral } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { moment } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { type Act, questionOf } from "../steps.ts";
import { useMoving } from "./moving.ts";

interface QuestionProps {
  referral: Referral;
  onForm: (act: Act) => void;
}

export function Question({ referral, onForm }: QuestionProps) {
  const moving = useMoving();
  const question = questionOf(referral);
  if (!question) return null;
  return (
    <Banner
      tone="warn"
      icon={question === "arrival" ? icon.clock : icon.note}
      data-testid="rc-ask"
      {...{ "data-question": question }}
      actions={
        <div class="actions">
          {question === "arrival" ? (
            <>
              <Button kind="go" icon={icon.check} disabled={moving.busy} data-testid="rc-ask-arrived" onClick={() => void moving.run({ event: "arrived" })}>
                {t(moving.busy ? "reception.sending" : "reception.ask.arrived")}
              </Button>
              <Button disabled={moving.busy} data-testid="rc-ask-failed" onClick={() => onForm("failed")}>
                {t("reception.ask.not_arrived")}
              </Button>
            </>
          ) : (
            <Button kind="primary" icon={icon.note} data-testid="rc-ask-counter" onClick={() => onForm("counter")}>
              {t("reception.counter")}
            </Button>
          )}
        </div>
      }
    >
      <AskText referral={referral} />
      {moving.fault && <p class="warn">{moving.fault}</p>}
    </Banner>
  );
}

/** The question, and who waits for the answer. */
export function AskText({ referral }: { referral: Referral }) {
  const { arrived_at } = referral;
  const question = questionOf(referral);
  if (!question) return null;
  const more = question === "counter" && arrived_at !== undefined ? t("reception.ask.counter_more", { time: moment(arrived_at) }) : t("reception.ask.arrival_more");
  return (
    <>
      <strong>{t(`reception.ask.${question}`)}</strong>
      <p>{more}</p>
    </>
  );
}
