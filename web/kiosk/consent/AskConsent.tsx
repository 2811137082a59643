/** The question in a form. Nobody has to ask it before a call: what is not asked is not shared, and care does not depend on it. */

import { changeForm, form } from "../draft.ts";
import type { FormKind } from "../form.ts";
import { Question } from "./Question.tsx";

export function AskConsent({ kind }: { kind: FormKind }) {
  const { consent, language } = form.value;
  return (
    <div class="wide">
      <Question answer={consent} language={language} onAnswer={(consent) => changeForm(kind, { consent })} />
    </div>
  );
}
