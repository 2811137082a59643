/**
 * "Demandes en attente": what rings at this moment, at whom and who is next, so that a coordinator can telephone before a post gives up.
 * It is loaded later and knows nothing about a patient.
 */

import { now, seconds } from "../client/platform/clock.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { RungDoctor } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { moment, timeOfDay } from "../ui/dates.ts";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { connection, waiting } from "./live.ts";
import type { WaitingRow } from "./waiting.ts";

export function Waiting() {
  const rows = waiting.rows.value;
  const { at } = connection.state.value;
  return (
    <section class="gaps" aria-labelledby="waiting-title" data-testid="waiting" data-state={at}>
      <h2 id="waiting-title">
        {t("rota.waiting")} {rows.length > 0 && <strong class="count" role="status">{rows.length}</strong>}
      </h2>
      {at === "lost" && (
        <Banner tone="warn" icon={icon.linkOff}>
          {t("rota.waiting.lost")}
        </Banner>
      )}
      {at === "elsewhere" && <p class="soft">{t("rota.waiting.elsewhere")}</p>}
      {at === "ready" && rows.length === 0 && (
        <Banner tone="good" icon={icon.check} data-testid="nobody-waits">
          {t("rota.waiting.none")}
        </Banner>
      )}
      <ul>
        {at !== "elsewhere" && rows.map((row) => <Row key={row.entry.consultation} row={row} />)}
      </ul>
    </section>
  );
}

function Row({ row }: { row: WaitingRow }) {
  const { entry, since } = row;
  const { consultation, urgency, speciality, place, present } = entry;
  return (
    <li class={urgency === "stat" ? "gap bad" : "gap warn"} data-testid="waiting-row" data-consultation={consultation} data-step={entry.step}>
      <p>
        <strong>
          <Icon of={icon.alert} /> {t(`common.urgency.${urgency}`)} · {t(`common.speciality.${speciality}`)}
        </strong>
        <span>
          <bdi>{place.name}</bdi>, <bdi>{place.district}</bdi>
        </span>
        <span class="digits">
          <Since since={since} />
        </span>
        <Rings row={row} />
        {!present && (
          <small class="bad">
            {t("rota.waiting.away")}{" "}
            <a href={`tel:${place.phone.replaceAll(" ", "")}`} data-testid="waiting-phone">
              <Icon of={icon.phone} /> <span class="digits">{place.phone}</span>
            </a>
          </small>
        )}
      </p>
    </li>
  );
}

function Since({ since }: { since: number }) {
  const waited = (seconds.value, Math.max(0, now() - since));
  return <>{t("rota.waiting.since", { duration: duration(waited), time: moment(wallNow() - waited) })}</>;
}

/** The step of the escalation, at whom it rings now, and who is next. */
function Rings({ row: { entry, putOffUntil } }: { row: WaitingRow }) {
  if (putOffUntil !== null)
    return (
      <small data-testid="waiting-put-off">
        {t("rota.waiting.put_off", { time: timeOfDay(wallNow() + putOffUntil - now()) })}
      </small>
    );
  const { now: rung = [], next = [] } = entry.who ?? {};
  return (
    <>
      <small data-testid="waiting-step">{t(`rota.waiting.step.${entry.step}`)}</small>
      <small class={rung.length ? "" : "bad"} data-testid="waiting-now">
        {rung.length ? t("rota.waiting.rings", { names: names(rung) }) : t("rota.waiting.rings.nobody")}
      </small>
      <small data-testid="waiting-next">
        {next.length ? t("rota.waiting.next", { names: names(next) }) : t("rota.waiting.next.nobody")}
      </small>
    </>
  );
}

const names = (doctors: RungDoctor[]): string => doctors.map(({ name, place }) => `${name} (${place})`).join(", ");
