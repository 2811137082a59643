/** "Mes cas" at the desk: the cases that the doctor answers for, opinions that colleagues ask for, and cases that nobody answers for. */

import { type Case, type Client, now, seconds } from "../../client/index.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { deadline } from "../../ui/dates.ts";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import french from "../../ui/texts/fr.json?cases";
import { openCase } from "../doctor.ts";
import { actsOf, useActing } from "./acts.ts";
import { isDue, isOpenable, partsOf, standing } from "./standing.ts";
import "../texts.ts";

learn(french);

export function CaseList({ client }: { client: Client }) {
  const rows = client.cases.rows.value;
  const { mine, opinions, free } = partsOf(rows);
  const due = rows.filter(isDue).length;
  return (
    <section class="cases" data-testid="cases" aria-labelledby="cases-title">
      <h2 id="cases-title">
        {t("doctor.cases.title")} <span class="count digits">{due || ""}</span>
      </h2>
      {rows.length === 0 && <p class="soft">{t("doctor.cases.empty")}</p>}
      <Part rows={mine} client={client} />
      <Part title={t("doctor.cases.opinions")} rows={opinions} client={client} />
      <Part title={t("doctor.cases.free")} rows={free} client={client} />
    </section>
  );
}

function Part({ title, rows, client }: { title?: string; rows: Case[]; client: Client }) {
  if (rows.length === 0) return null;
  return (
    <>
      {title && <h3>{title}</h3>}
      <ul class="rows">
        {rows.map((row) => (
          <CaseRow key={row.consultation} row={row} client={client} />
        ))}
      </ul>
    </>
  );
}

function CaseRow({ row, client }: { row: Case; client: Client }) {
  const { consultation, place, urgency, speciality, unread, state } = row;
  const acting = useActing();
  const own = client.identity.value?.party;
  const take = async () => {
    if (own && (await acting.run(() => actsOf(client).assign(consultation, own)))) openCase.value = consultation;
  };
  return (
    <li class={`row case ${urgency}`} data-testid="case-row" data-consultation={consultation} data-state={state}>
      <p class="urgency">
        <span>{t(`common.urgency.${urgency}`)}</span>
        <Due row={row} />
      </p>
      <h4 class="place">
        <bdi>{place.name}</bdi> <bdi class="soft">{place.district}</bdi>
      </h4>
      {isOpenable(row) && (
        <p class="reason" dir="auto">
          {row.patient && <strong>{row.patient} · </strong>}
          {row.reason || t("doctor.no_reason")}
        </p>
      )}
      <p class="small soft">
        {t(`common.speciality.${speciality}`)}
        {row.danger && (
          <strong class={row.danger === "danger" ? "bad" : "warn"}>
            {" · "}
            <Icon of={icon.alert} /> {t(`doctor.mark.${row.danger}`)}
          </strong>
        )}
        {unread > 0 && <strong data-testid="case-unread"> · {t("doctor.case.unread", { n: unread })}</strong>}
        {!row.mine && row.doctor && ` · ${t("doctor.case.answers", { by: row.doctor })}`}
      </p>
      {acting.fault && <Banner tone="warn">{acting.fault}</Banner>}
      <div class="actions">
        {isOpenable(row) && (
          <Button icon={icon.note} data-testid="case-open" onClick={() => (openCase.value = consultation)}>
            {t("doctor.case.open")}
          </Button>
        )}
        {state === "unassigned" && (
          <Button kind="go" icon={icon.check} disabled={acting.busy} data-testid="case-take" onClick={() => void take()}>
            {t("doctor.case.take")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** What is next in a case, and until when: a sign and words in the colour of their tone. */
export function Due({ row }: { row: Case }) {
  const time = now();
  const { word, tone } = standing(row, (seconds.value, time));
  const at = wallNow() + row.dueAt - time;
  return (
    <span class={`due ${tone}`} data-testid="case-due" data-tone={tone} data-word={word}>
      <Icon of={tone === "bad" || tone === "warn" ? icon.alert : tone === "good" ? icon.check : icon.clock} />{" "}
      {t(`doctor.case.${word}`, { time: deadline(at) })}
    </span>
  );
}
