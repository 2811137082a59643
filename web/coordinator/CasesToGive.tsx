/**
 * "Cas à confier": the deferred cases that nobody answers for, or whose deadline has passed, so that a coordinator gives them to a doctor.
 * It is loaded later and knows nothing about a patient.
 */

import { useMemo, useState } from "preact/hooks";
import { now, pageClock, seconds } from "../client/platform/clock.ts";
import { CaseActs } from "../client/workflow/case-acts.ts";
import type { Case } from "../client/workflow/cases.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { RotaDoctor, RotaView } from "../protocol/rota.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { deadline } from "../ui/dates.ts";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { casesToGive, ownerWord } from "./cases.ts";
import { cases, connection } from "./live.ts";
import { Outcomes } from "./Outcomes.tsx";

export function CasesToGive({ rota }: { rota: RotaView }) {
  const acts = useMemo(() => new CaseActs(connection, pageClock), []);
  const state = connection.state.value;
  const shown = casesToGive(cases.rows.value, (seconds.value, now()));
  return (
    <section class="gaps" aria-labelledby="cases-title" data-testid="cases" data-state={state.at}>
      <h2 id="cases-title">{t("rota.cases")}</h2>
      {state.at === "elsewhere" && (
        <Banner
          tone="warn"
          actions={
            <Button data-testid="take-over" onClick={() => connection.takeOver()}>
              {t("common.take_over")}
            </Button>
          }
        >
          {t("rota.cases.elsewhere")}
        </Banner>
      )}
      {state.at === "lost" && (
        <Banner tone="warn" icon={icon.linkOff}>
          {t("rota.cases.lost")}
        </Banner>
      )}
      {state.at === "ready" && shown.length === 0 && (
        <Banner tone="good" icon={icon.check} data-testid="no-case">
          {t("rota.cases.none")}
        </Banner>
      )}
      <ul>
        {shown.map((row) => (
          <Row key={row.consultation} row={row} doctors={rota.doctors} acts={acts} />
        ))}
      </ul>
      <Outcomes />
    </section>
  );
}

function Row({ row, doctors, acts }: { row: Case; doctors: RotaDoctor[]; acts: CaseActs }) {
  const [to, setTo] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const late = row.dueAt <= now();
  const owner = t(`rota.cases.${ownerWord(row)}`, { n: row.lapses, name: row.doctor ?? "" });
  const give = async () => {
    setBusy(true);
    setFault(null);
    await acts.assign(row.consultation, to).catch((error: unknown) => setFault(errorTextOf(error)));
    setBusy(false);
  };
  const own = (one: RotaDoctor) => Number(one.specialities.includes(row.speciality));
  const sorted = [...doctors].sort((a, b) => own(b) - own(a) || a.name.localeCompare(b.name));
  return (
    <li class={late || row.lapses > 0 ? "gap bad" : "gap warn"} data-testid="case-row" data-consultation={row.consultation} data-late={late}>
      <p>
        <strong>
          <Icon of={icon.alert} /> {t(`common.urgency.${row.urgency}`)} · {t(`common.speciality.${row.speciality}`)}
        </strong>{" "}
        <span>
          {row.place.name}, {row.place.district}
        </span>
        <small>
          <span data-testid="case-owner">{owner}</span> ·{" "}
          {t(late ? "rota.cases.late" : "rota.cases.before", { time: deadline(wallNow() + row.dueAt - now()) })}
        </small>
        {fault && <small class="bad">{fault}</small>}
      </p>
      <label>
        <span class="unseen">{t("rota.cases.to")}</span>
        <select value={to} data-testid="case-doctor" onChange={({ currentTarget }) => setTo(currentTarget.value)}>
          <option value="">{t("rota.cases.to")}</option>
          {sorted.map(({ party, name, specialities }) => (
            <option key={party} value={party}>
              {name} ({specialities.map((one) => t(`common.speciality.${one}`)).join(", ")})
            </option>
          ))}
        </select>
      </label>
      <Button kind="primary" disabled={!to || busy} data-testid="case-give" onClick={() => void give()}>
        {t("rota.cases.give")}
      </Button>
    </li>
  );
}
