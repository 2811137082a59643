/** Leave that was asked for or granted, swaps between doctors, and the languages that doctors speak. */

import { useState } from "preact/hooks";
import type { DutyLeave, RotaEdit, RotaView } from "../protocol/rota.ts";
import type { PartyId } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { localInput } from "../ui/dates.ts";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import { Select } from "../ui/Select.tsx";
import { LANGUAGES, nameOf, spanText, stretchText } from "../ui/rota/words.ts";
import { Refusal } from "./Refusal.tsx";
import { change, type Outcome } from "./rota.ts";

export function Absences({ rota }: { rota: RotaView }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [asked, setAsked] = useState<RotaEdit | null>(null);

  async function make(edit: RotaEdit, confirmed = false) {
    setAsked(edit);
    setOutcome(await change(edit, confirmed));
  }
  return (
    <section aria-labelledby="absences-title">
      <h2 id="absences-title">{t("rota.tab.absences")}</h2>
      <Refusal rota={rota} outcome={outcome} onConfirm={() => asked && void make(asked, true)} />
      <h3>{t("rota.leave")}</h3>
      {rota.plan.leaves.length === 0 && <p class="soft">{t("rota.leave.none")}</p>}
      <ul class="rows">
        {rota.plan.leaves.map((leave) => (
          <LeaveRow key={leave.id} rota={rota} leave={leave} make={make} />
        ))}
      </ul>
      <GiveLeave rota={rota} make={make} />
      <h3>{t("rota.swaps")}</h3>
      {rota.plan.swaps.length === 0 && <p class="soft">{t("rota.swaps.none")}</p>}
      <ul class="rows">
        {rota.plan.swaps.map((swap) => (
          <li key={swap.id} class="row" data-testid="swap">
            <p>
              <strong>{t("duty.swap.gives", { from: nameOf(rota, swap.from), to: nameOf(rota, swap.to) })}</strong>
              <span>{stretchText(swap.gives)}</span>
              {swap.in_return && <span>{t("duty.swap.return", { duty: stretchText(swap.in_return) })}</span>}
              <em>{t(swap.accepted ? "duty.swap.accepted" : "duty.swap.proposed")}</em>
            </p>
            <Button onClick={() => void make({ kind: "withdraw_swap", id: swap.id })}>{t("rota.undo")}</Button>
          </li>
        ))}
      </ul>
      <h3>{t("rota.languages")}</h3>
      <p class="soft">{t("rota.languages.why")}</p>
      <ul class="rows">
        {rota.doctors.map(({ party, name }) => (
          <Languages key={party} rota={rota} party={party} name={name} make={make} />
        ))}
      </ul>
    </section>
  );
}

type Make = (edit: RotaEdit, confirmed?: boolean) => Promise<void>;

function LeaveRow({ rota, leave, make }: { rota: RotaView; leave: DutyLeave; make: Make }) {
  const decide = (granted: boolean) => void make({ kind: "decide_leave", id: leave.id, granted });
  return (
    <li class={leave.granted ? "row" : "row waits"} data-testid="leave" data-granted={leave.granted}>
      <p>
        <strong>{nameOf(rota, leave.doctor)}</strong>
        <span>{spanText(leave.span)}</span>
        <em>{t(leave.granted ? "duty.leave.granted" : "duty.leave.asked")}</em>
      </p>
      {leave.granted ? (
        <Button onClick={() => void make({ kind: "withdraw_leave", id: leave.id })}>{t("rota.undo")}</Button>
      ) : (
        <div class="actions">
          <Button data-testid="refuse-leave" onClick={() => decide(false)}>
            {t("rota.refuse")}
          </Button>
          <Button kind="primary" data-testid="grant-leave" onClick={() => decide(true)}>
            {t("rota.grant")}
          </Button>
        </div>
      )}
    </li>
  );
}

function GiveLeave({ rota, make }: { rota: RotaView; make: Make }) {
  const [doctor, setDoctor] = useState<PartyId | "">("");
  const today = localInput(rota.now).slice(0, 10);
  const [from, setFrom] = useState(`${today}T00:00`);
  const [until, setUntil] = useState(`${today}T23:59`);
  const options = rota.doctors.map(({ party, name }) => ({ value: party as PartyId | "", label: name }));
  return (
    <div class="card">
      <Select label={t("rota.leave.give")} value={doctor} onValue={setDoctor} options={[{ value: "", label: t("rota.choose") }, ...options]} testid="leave-doctor" />
      <div class="two">
        <Field label={t("rota.from")} type="datetime-local" value={from} onValue={setFrom} data-testid="leave-from" />
        <Field label={t("rota.until")} type="datetime-local" value={until} onValue={setUntil} data-testid="leave-until" />
      </div>
      <Button disabled={!doctor} data-testid="give-leave" onClick={() => doctor && void make({ kind: "ask_leave", doctor, when: { from, until } })}>
        {t("rota.leave.save")}
      </Button>
    </div>
  );
}

function Languages({ rota, party, name, make }: { rota: RotaView; party: PartyId; name: string; make: Make }) {
  const spoken = rota.plan.languages.find(({ doctor }) => doctor === party)?.languages ?? [];
  const toggle = (language: (typeof LANGUAGES)[number]) =>
    void make({
      kind: "set_languages",
      doctor: party,
      languages: LANGUAGES.filter((one) => (one === language) !== spoken.includes(one)),
    });
  return (
    <li class="row">
      <fieldset class="choice">
        <legend>{name}</legend>
        <div>
          {LANGUAGES.map((language) => (
            <label key={language}>
              <input type="checkbox" checked={spoken.includes(language)} onChange={() => toggle(language)} data-testid={`speaks-${party}-${language}`} />
              {t(`duty.language.${language}`)}
            </label>
          ))}
        </div>
      </fieldset>
    </li>
  );
}
