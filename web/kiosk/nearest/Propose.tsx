/** A nurse says what is wrong with a structure: what it is about, and "Proposer". */

import { useState } from "preact/hooks";
import { FinalRefusal } from "../../client/offline/queue.ts";
import type { NearStructure, ProposedChange } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { isSame, subjectOf, valueOf } from "../../ui/structures/changes.ts";
import { toast } from "../../ui/Toast.tsx";
import { choicesFor, typedPhone } from "./choices.ts";
import { propose } from "./proposals.ts";

/** `closed`: the structure is closed now, and can only be open again. */
export interface About {
  structure: NearStructure;
  closed: boolean;
}

/** `onBack` leads to the list; `onProposed` is called when the proposal is on the tablet. */
export function Propose({ about: { structure, closed }, onBack, onProposed }: { about: About; onBack: () => void; onProposed: () => void }) {
  const [chosen, setChosen] = useState<ProposedChange | null>(closed ? OPEN : null);
  const [phone, setPhone] = useState("");
  const [remark, setRemark] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const choices: ProposedChange[] = closed ? [OPEN] : [{ kind: "phone", phone: structure.place.phone }, ...choicesFor(structure)];
  const send = async () => {
    const number = typedPhone(phone);
    if (chosen?.kind === "phone" && number === null) return setFault(t("kiosk.propose.phone_fault"));
    const change: ProposedChange | null = chosen?.kind === "phone" ? { kind: "phone", phone: number! } : chosen;
    if (!change) return;
    await propose(structure.place, change, remark).then(
      () => (onProposed(), toast(t("kiosk.propose.thanks"))),
      (error: unknown) => setFault(errorTextOf(error instanceof FinalRefusal ? error : { code: "storage" })),
    );
  };
  // A choice takes the place of the others, so that "Proposer" is on the screen; pressed again it brings them back.
  const shown = chosen ? choices.filter((one) => one.kind === chosen.kind && isSame(one, chosen)) : choices;
  return (
    <div class="propose" data-testid="propose">
      <h3>{structure.place.name}</h3>
      <p id="propose-what">{t("kiosk.propose.what")}</p>
      <div class="choices" role="group" aria-labelledby="propose-what">
        {shown.map((one) => (
          <button key={wordsOf(one)} type="button" class="chip" aria-pressed={chosen !== null} data-testid="propose-choice" data-kind={one.kind} onClick={() => setChosen(chosen ? null : one)}>
            {wordsOf(one)}
          </button>
        ))}
      </div>
      {chosen?.kind === "phone" && (
        <Field
          label={t("kiosk.propose.phone")}
          value={phone}
          onValue={(typed) => (setPhone(typed), setFault(null))}
          placeholder={structure.place.phone}
          type="tel"
          maxLength={40}
          data-testid="propose-phone"
        />
      )}
      {chosen && <Field label={t("kiosk.propose.remark")} hint={t("kiosk.propose.remark_hint")} value={remark} onValue={setRemark} rows={2} maxLength={REMARK_CHARS} data-testid="propose-remark" />}
      {fault && <p class="bad" role="alert">{fault}</p>}
      <p class="soft">{t("kiosk.propose.decides")}</p>
      <div class="actions">
        <Button data-testid="propose-back" onClick={onBack}>
          {t("kiosk.propose.back")}
        </Button>
        {chosen && (
          <Button kind="primary" icon={icon.send} data-testid="propose-send" onClick={() => void send()}>
            {t("kiosk.propose.send")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The words of a choice; the number of a telephone is typed after it is chosen. */
const wordsOf = (one: ProposedChange): string => (one.kind === "phone" ? subjectOf(one) : `${subjectOf(one)}\u00a0: ${valueOf(one)}`);

const OPEN: ProposedChange = { kind: "closed", closed: false };
/** The server takes no more. */
const REMARK_CHARS = 300;
