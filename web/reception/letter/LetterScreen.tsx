/** One letter as a document, where the evacuation stands, and what the structure does with it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { isReadable } from "../../client/workflow/answers.ts";
import { Button } from "../../ui/Button.tsx";
import { dateAndTime, moment } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { LetterText } from "../../ui/referral/LetterText.tsx";
import { StepLine } from "../../ui/referral/StepLine.tsx";
import { stateText } from "../../ui/referral/words.ts";
import { signerName } from "../../ui/signer.ts";
import { Acts } from "./Acts.tsx";
import { Way } from "../List.tsx";
import { close, type Opened } from "../reception.ts";
import type { Act } from "../steps.ts";
import { LastWord } from "./LastWord.tsx";
import { Question } from "./Question.tsx";
import { Structure } from "./Structure.tsx";

export function LetterScreen({ opened }: { opened: Opened }) {
  const { referral, post, way } = opened;
  const title = useRef<HTMLHeadingElement>(null);
  const [form, setForm] = useState<Act | null>(opened.act ?? null);
  useEffect(() => {
    if (!opened.act) title.current?.focus();
  }, []);
  useEffect(() => {
    const escape = ({ key }: KeyboardEvent) => key === "Escape" && close();
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, []);
  return (
    <>
      <div class="actions above">
        <Button kind="bare" icon={icon.back} data-testid="back" onClick={close}>
          {t(way.by === "account" ? "reception.back" : "reception.leave")}
        </Button>
        <Button kind="bare" icon={icon.print} data-testid="print" onClick={() => print()}>
          {t("common.print")}
        </Button>
      </div>
      <section class="standing" data-testid="rc-state" data-state={referral.state}>
        <h2 ref={title} tabIndex={-1}>
          {stateText(referral)}
        </h2>
        <Question referral={referral} onForm={setForm} />
        <StepLine referral={referral} />
        <Way referral={referral} />
        <LastWord referral={referral} />
      </section>
      <Document opened={opened} />
      <Acts opened={opened} post={post} form={form} onForm={setForm} />
    </>
  );
}

/** The letter as it stands on paper. */
function Document({ opened: { referral, post } }: { opened: Opened }) {
  const { order, structure } = referral;
  return (
    <article class="document" aria-labelledby="letter-title" data-testid="rc-letter">
      <header>
        <h2 id="letter-title">{t("reception.letter")}</h2>
        <p class={`urgency ${order.urgency}`}>
          {order.urgency === "stat" && <Icon of={icon.alert} />} {t(`common.urgency.${order.urgency}`)}
        </p>
        <p class="digits">{t("reception.number", { code: order.code })}</p>
      </header>
      <dl class="sides">
        <div>
          <dt>{t("reception.sender")}</dt>
          <dd>
            <Structure place={post} />
          </dd>
        </div>
        <div>
          <dt>{t("reception.to")}</dt>
          <dd>
            <Structure place={structure} />
          </dd>
        </div>
        <div>
          <dt>{t("reception.doctor")}</dt>
          <dd dir="auto">{signerName(order)}</dd>
        </div>
        <div>
          <dt>{t("reception.sent_at")}</dt>
          <dd class="digits">{dateAndTime(order.at)}</dd>
        </div>
      </dl>
      {order.needs.length > 0 && (
        <p>
          <strong>{t("reception.needs")}</strong> : {order.needs.map((need) => t(`common.referral.need.${need}`)).join(", ")}
        </p>
      )}
      {isReadable(referral) && <LetterText letter={order.letter} />}
      {referral.counter_referral && (
        <section class="counter" data-testid="rc-counter-shown">
          <h3>{t("common.referral.counter")}</h3>
          <p class="said" dir="auto">
            {referral.counter_referral.text}
          </p>
          <p class="small soft">
            {t("common.advice_by", { name: referral.counter_referral.by, when: moment(referral.counter_referral.at) })}
          </p>
        </section>
      )}
    </article>
  );
}
