/** Who rings next, by speciality, with the reason: the order of the levels, and what follows when nobody answers. */

import type { RotaView } from "../protocol/rota.ts";
import type { Speciality } from "../protocol/messages.ts";
import { timeOfDay } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import { LEVELS, nameOf, SPECIALITIES } from "../ui/rota/words.ts";
import { only } from "./rota.ts";

export function NextRing({ rota }: { rota: RotaView }) {
  const shown = SPECIALITIES.filter((speciality) => only.value === null || only.value === speciality);
  return (
    <section aria-labelledby="next-title">
      <h2 id="next-title">{t("rota.next")}</h2>
      <div class="cards">
        {shown.map((speciality) => (
          <article key={speciality} class={`card ${speciality}`} data-testid="next-ring" data-speciality={speciality}>
            <h3>{t(`common.speciality.${speciality}`)}</h3>
            {rota.kept.includes(speciality) ? <Order rota={rota} speciality={speciality} /> : <p>{t("rota.next.all")}</p>}
          </article>
        ))}
      </div>
    </section>
  );
}

function Order({ rota, speciality }: { rota: RotaView; speciality: Speciality }) {
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
