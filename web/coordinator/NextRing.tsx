/**
 * "Qui sonne ensuite": by speciality, who would be rung for a request of now, step by step, with the reason: the duty, and whether the
 * doctor is there. Without the live connection nobody's presence is known, and the order of the rota is shown and called so.
 */

import type { RotaView } from "../protocol/rota.ts";
import type { RingLine, Speciality } from "../protocol/messages.ts";
import { moment, timeOfDay } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { LEVELS, nameOf, SPECIALITIES } from "../ui/rota/words.ts";
import { Filter } from "./Filter.tsx";
import { isLive, ringOrder } from "./live.ts";
import { type RingStep, stepsOf } from "./ring-order.ts";
import { only } from "./rota.ts";

export function NextRing({ rota }: { rota: RotaView }) {
  const shown = SPECIALITIES.filter((speciality) => only.value === null || only.value === speciality);
  const order = isLive.value ? ringOrder.value : null;
  return (
    <section aria-labelledby="next-title">
      <h2 id="next-title">{t("rota.next")}</h2>
      <p class="soft">{t(order ? "rota.next.what" : "rota.next.unknown")}</p>
      <Filter />
      <div class="cards">
        {shown.map((speciality) => (
          <article key={speciality} class={`card ${speciality}`} data-testid="next-ring" data-speciality={speciality}>
            <h3>{t(`common.speciality.${speciality}`)}</h3>
            {!rota.kept.includes(speciality) && <p>{t("rota.next.all")}</p>}
            {order && <Steps rota={rota} steps={stepsOf(order, speciality)} />}
            {!order && rota.kept.includes(speciality) && <Planned rota={rota} speciality={speciality} />}
          </article>
        ))}
      </div>
    </section>
  );
}

function Steps({ rota, steps }: { rota: RotaView; steps: RingStep[] }) {
  return (
    <ul class="order">
      {steps.map(({ step, lines }) => (
        <li key={step} data-testid="ring-step" data-step={step ?? "none"}>
          <span>{t(`rota.next.step.${step ?? "none"}`)}</span>
          {lines.length === 0 && step === "on_call" && <p class="bad">{t("rota.next.step.empty")}</p>}
          {lines.map((line) => (
            <Line key={line.doctor} rota={rota} line={line} />
          ))}
        </li>
      ))}
    </ul>
  );
}

function Line({ rota, line }: { rota: RotaView; line: RingLine }) {
  const duty = rota.on_duty.find((one) => one.doctor === line.doctor && one.speciality === line.speciality && one.level === line.level);
  const isThere = line.state === "available";
  return (
    <p data-testid="ring-line" data-doctor={line.doctor} data-state={line.state}>
      <strong class={isThere ? "" : "warn"}>
        {!isThere && <Icon of={icon.alert} />} <bdi>{nameOf(rota, line.doctor)}</bdi>
      </strong>
      <small>
        {t(`rota.next.level.${line.level ?? "none"}`)}
        {duty && ` ${t("rota.next.until", { time: timeOfDay(duty.span.until) })}`} – {stateText(line)}
      </small>
    </p>
  );
}

function stateText({ state, until }: RingLine): string {
  const word = t(`rota.next.state.${state}`);
  return until === undefined ? word : t("rota.next.state.until", { state: word, time: moment(until) });
}

/** The order of the levels as the rota has it, whoever is there. */
function Planned({ rota, speciality }: { rota: RotaView; speciality: Speciality }) {
  return (
    <ol class="order">
      {LEVELS.map((level) => {
        const duties = rota.on_duty.filter((duty) => duty.speciality === speciality && duty.level === level);
        if (duties.length === 0 && level !== "first") return null;
        return (
          <li key={level}>
            {duties.length === 0 && <strong class="bad">{t("rota.nobody")}</strong>}
            {duties.map((duty) => (
              <strong key={duty.doctor}>
                {nameOf(rota, duty.doctor)}{" "}
                <small class="digits">{t("rota.next.until", { time: timeOfDay(duty.span.until) })}</small>
              </strong>
            ))}
            <small>{t(duties.length === 0 ? "rota.next.why.nobody" : `rota.next.why.${level}`)}</small>
          </li>
        );
      })}
    </ol>
  );
}
