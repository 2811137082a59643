/** Advice to the post: written or chosen from templates, then signed. The signed advice stands below. */

import { useEffect } from "preact/hooks";
import type { Advice as Signed } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { dateAndTime, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import type { CallProps } from "./props.ts";
import { templatesFor } from "./templates.ts";

type AdviceProps = CallProps & {
  /** True if we hold the consultation. */
  canWrite: boolean;
  draft: string;
  onDraft: (text: string) => void;
};

export function Advice({ client, ongoing, canWrite, draft, onDraft }: AdviceProps) {
  const signed = ongoing.advice;
  return (
    <section class="advice">
      {canWrite && <Composer client={client} ongoing={ongoing} draft={draft} onDraft={onDraft} />}
      <ol class="signed" aria-live="polite" aria-label={t("doctor.advice")}>
        {client.consultation.unsent.value.map(({ revision, text }) => (
          <li key={`unsent ${revision}`} class="unsent" data-testid="advice-unsent">
            <p class="said">{text}</p>
            <p class="small warn">{t(unsentText(client, ongoing.id, revision))}</p>
          </li>
        ))}
        {[...signed].reverse().map((advice) => (
          <SignedAdvice key={`${advice.by} ${advice.revision}`} advice={advice} />
        ))}
      </ol>
    </section>
  );
}

function Composer({ client, ongoing, draft, onDraft }: Omit<AdviceProps, "canWrite">) {
  const name = `advice ${ongoing.id}`;
  useEffect(() => {
    void client.drafts.load<string>(name).then((kept) => kept && onDraft(kept));
  }, [name]);
  const write = (text: string) => {
    onDraft(text);
    client.drafts.save(name, text);
  };
  const sign = async () => {
    const text = draft.trim();
    if (!text) return;
    await client.consultation.advise(text);
    onDraft("");
    await client.drafts.clear(name);
  };
  return (
    <>
      <Field
        label={t("doctor.advice")}
        hint={t("doctor.advice_hint")}
        value={draft}
        onValue={write}
        rows={4}
        maxLength={4000}
        data-testid="advice"
      />
      <div class="templates" role="group" aria-label={t("doctor.advice_templates")}>
        {templatesFor(ongoing.record?.speciality).map((template) => (
          <Button
            key={template}
            data-testid="advice-template"
            onClick={() =>
              write([draft.trim(), t(`doctor.template.${template}_text`)].filter(Boolean).join("\n"))
            }
          >
            {t(`doctor.template.${template}`)}
          </Button>
        ))}
        <Button
          kind="go"
          icon={icon.check}
          class="sign"
          disabled={!draft.trim()}
          data-testid="advice-sign"
          onClick={() => void sign()}
        >
          {t("doctor.advice_sign")}
        </Button>
      </div>
    </>
  );
}

export function SignedAdvice({ advice: { text, by, at } }: { advice: Signed }) {
  return (
    <li data-testid="advice-item">
      <p class="said">{text}</p>
      <p class="small soft">{t("common.advice_by", { name: by, when: dateAndTime(at) })}</p>
    </li>
  );
}

function unsentText(client: CallProps["client"], id: string, revision: number) {
  const item = client.outbox.items.value.get(`advise ${id} ${revision}`);
  return item?.state === "refused" ? "doctor.advice_refused" : "doctor.advice_sending";
}
