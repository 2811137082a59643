/** "Que devient la patiente ?": seven large buttons and a remark, told once when a consultation has ended. */

import { useEffect, useState } from "preact/hooks";
import { type Outcome, type Sex, type Speciality, TEXT_LIMITS } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { client } from "../kiosk.ts";
import { tryTo, write } from "./acts.ts";

interface OutcomeProps {
  id: string;
  sex: Sex | undefined;
  speciality: Speciality;
}

export function OutcomeQuestion({ id, sex, speciality }: OutcomeProps) {
  const [chosen, setChosen] = useState<Outcome | null>(null);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const name = `case-outcome ${id}`;
  useEffect(() => void client.drafts.load<string>(name).then((kept) => kept && setText(kept)), [name]);
  const isWoman = sex === "female" || (sex === undefined && speciality === "obstetrics");
  const tell = async () => {
    setBusy(true);
    const told = { type: "tell_outcome" as const, consultation: id, act: crypto.randomUUID(), text: text.trim() };
    if (chosen && (await tryTo(write({ ...told, outcome: chosen })))) await client.drafts.clear(name);
    setBusy(false);
  };
  return (
    <section class="case-part outcome" data-testid="outcome">
      <h2>{t(isWoman ? "kiosk.case.outcome_she" : "kiosk.case.outcome_he")}</h2>
      <div class="outcomes" role="group">
        {OUTCOMES.map((one) => (
          <Button
            key={one}
            class={one === chosen ? "pressed" : ""}
            aria-pressed={one === chosen}
            icon={ICONS[one]}
            data-testid={`outcome-${one}`}
            onClick={() => setChosen(one)}
          >
            {t(`kiosk.case.outcome.${one}`)}
          </Button>
        ))}
      </div>
      <Field
        label={t("kiosk.case.remark")}
        value={text}
        onValue={(typed) => (setText(typed), client.drafts.save(name, typed))}
        rows={2}
        maxLength={TEXT_LIMITS.reason}
        data-testid="outcome-text"
      />
      <Button kind="go" icon={icon.send} disabled={!chosen || busy} data-testid="outcome-send" onClick={() => void tell()}>
        {t("kiosk.case.outcome_send")}
      </Button>
    </section>
  );
}

const OUTCOMES: Outcome[] = ["arrived", "recovered", "improved", "worse", "evacuated", "died", "lost_to_follow_up"];
const ICONS: Record<Outcome, string> = {
  arrived: icon.home,
  recovered: icon.check,
  improved: icon.pill,
  worse: icon.alert,
  evacuated: icon.arrow,
  died: icon.close,
  lost_to_follow_up: icon.people,
};
