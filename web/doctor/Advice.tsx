/**
 * Advice to the post: written or chosen from templates, then signed. The signed advice stands below; it can be corrected,
 * and the old text stays readable beside the new one.
 */

import type { ComponentChildren } from "preact";
import type { Advice as Signed, Speciality } from "../protocol/messages.ts";
import { correctionOf } from "../client/index.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { moment } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { signature } from "../ui/signer.ts";
import type { AdviceDraft, CallProps } from "./props.ts";
import { templatesFor } from "./templates.ts";

type AdviceProps = CallProps & {
  /** True if the server lets us write: we hold the consultation. */
  canWrite: boolean;
  draft: AdviceDraft;
};

export function Advice({ client, ongoing, canWrite, draft }: AdviceProps) {
  const signed = ongoing.advice;
  return (
    <section class="advice">
      {canWrite && <Composer speciality={ongoing.record?.speciality} draft={draft} />}
      <SignedList signed={signed} {...(canWrite && { draft })}>
        {client.consultation.unsent.value.map(({ revision, text }) => (
          <li key={`unsent ${revision}`} class="unsent" data-testid="advice-unsent">
            <p class="said" dir="auto">{text}</p>
            <p class="small warn">{t(unsentText(client, ongoing.id, revision))}</p>
          </li>
        ))}
      </SignedList>
    </section>
  );
}

interface SignedListProps {
  signed: readonly Signed[];
  /** Where a correction is written; none for who may not write. */
  draft?: AdviceDraft;
  /** What stands above the signed advice. */
  children?: ComponentChildren;
}

/** The signed advice, the newest first. It can be corrected while nothing else is being written. */
export function SignedList({ signed, draft, children }: SignedListProps) {
  return (
    <ol class="signed" aria-live="polite" aria-label={t("doctor.advice")}>
      {children}
      {[...signed].reverse().map((advice) => (
        <SignedAdvice
          key={`${advice.by} ${advice.revision}`}
          advice={advice}
          all={signed}
          {...(draft && !draft.text && { onCorrect: () => draft.write(advice.text, advice.revision) })}
        />
      ))}
    </ol>
  );
}

interface ComposerProps {
  /** The speciality whose templates are offered. */
  speciality: Speciality | undefined;
  draft: AdviceDraft;
  /** The words on the button that signs a first text. */
  sign?: string;
  /** True while a signature has no answer yet. */
  busy?: boolean;
}

/** The field in which advice is written or chosen from templates, and the button that signs it. */
export function Composer({ speciality, draft, sign = t("doctor.advice_sign"), busy = false }: ComposerProps) {
  const { text, replaces } = draft;
  return (
    <>
      <Field
        label={t(replaces === null ? "doctor.advice" : "doctor.advice_correction")}
        hint={t("doctor.advice_hint")}
        value={text}
        onValue={(typed) => draft.write(typed)}
        rows={4}
        maxLength={4000}
        data-testid="advice"
      />
      <div class="templates" role="group" aria-label={t("doctor.advice_templates")}>
        {templatesFor(speciality).map((template) => (
          <Button
            key={template}
            data-testid="advice-template"
            onClick={() =>
              draft.write([text.trim(), t(`doctor.template.${template}_text`)].filter(Boolean).join("\n"))
            }
          >
            {t(`doctor.template.${template}`)}
          </Button>
        ))}
        <Button
          kind="go"
          icon={icon.check}
          class="sign"
          disabled={!text.trim() || busy}
          data-testid="advice-sign"
          onClick={() => void draft.sign()}
        >
          {replaces === null ? sign : t("doctor.advice_sign_correction")}
        </Button>
      </div>
    </>
  );
}

interface SignedAdviceProps {
  advice: Signed;
  /** All advice of the consultation, among which a correction may be. */
  all: readonly Signed[];
  onCorrect?: () => void;
}

export function SignedAdvice({ advice, all, onCorrect }: SignedAdviceProps) {
  const { text } = advice;
  const correction = correctionOf(advice, all);
  return (
    <li data-testid="advice-item" data-corrected={!!correction}>
      <p class="said" dir="auto">{correction ? <del>{text}</del> : text}</p>
      <p class="small soft">
        {signature(advice)}
        {correction && ` · ${t("common.corrected_at", { time: moment(correction.at) })}`}
      </p>
      {onCorrect && !correction && (
        <Button kind="bare" data-testid="advice-correct" onClick={onCorrect}>
          {t("doctor.advice_correct")}
        </Button>
      )}
    </li>
  );
}

function unsentText(client: CallProps["client"], id: string, revision: number) {
  const item = client.outbox.items.value.get(`advise ${id} ${revision}`);
  return item?.state === "refused" ? "doctor.advice_refused" : "doctor.advice_sending";
}
