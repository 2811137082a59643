/** A change that was not made: the reason, and, if it takes somebody off duty, who would be rung instead and the way to confirm it. */

import type { RotaRefusal, RotaView } from "../protocol/rota.ts";
import type { Speciality } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { timeOfDay } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { nameOf, stretchText } from "../ui/rota/words.ts";
import type { Outcome } from "./rota.ts";

export function Refusal({ rota, outcome, onConfirm }: { rota: RotaView; outcome: Outcome | null; onConfirm: () => void }) {
  if (outcome?.at === "refused")
    return (
      <Banner tone="bad" icon={icon.alert} data-testid="refusal">
        {outcome.text}
      </Banner>
    );
  if (outcome?.at !== "taken_off") return null;
  const { refusal } = outcome;
  const isUncovered = refusal.code === "rota_uncovered";
  const specialities = [...new Set(refusal.taken_off.map(({ speciality }) => speciality))];
  return (
    <Banner
      tone={isUncovered ? "bad" : "warn"}
      icon={icon.alert}
      data-testid={isUncovered ? "uncovered" : "on-duty"}
      actions={
        <Button kind="danger" data-testid={isUncovered ? "confirm-uncovered" : "confirm-on-duty"} onClick={onConfirm}>
          {t(isUncovered ? "rota.uncovered.confirm" : "rota.on_duty.confirm")}
        </Button>
      }
    >
      {t(isUncovered ? "error.rota_uncovered" : "error.rota_on_duty")}
      <ul>
        {refusal.taken_off.map((duty) => (
          <li key={duty.speciality + duty.level + duty.doctor}>
            <strong>{nameOf(rota, duty.doctor)}</strong> – {stretchText(duty)}
          </li>
        ))}
      </ul>
      {specialities.map((speciality) => (
        <Instead key={speciality} rota={rota} refusal={refusal} speciality={speciality} />
      ))}
    </Banner>
  );
}

/** Who is rung for a speciality after the change, in the order of the levels. */
function Instead({ rota, refusal, speciality }: { rota: RotaView; refusal: RotaRefusal; speciality: Speciality }) {
  const name = t(`common.speciality.${speciality}`);
  const next = refusal.instead.filter((duty) => duty.speciality === speciality);
  if (!refusal.kept.includes(speciality)) return <p data-testid="instead">{t("rota.instead.all", { speciality: name })}</p>;
  if (next.length === 0) return <p data-testid="instead">{t("rota.instead.nobody", { speciality: name })}</p>;
  return (
    <div data-testid="instead">
      <p>{t("rota.instead", { speciality: name })}</p>
      <ol class="order">
        {next.map((duty) => (
          <li key={duty.level + duty.doctor}>
            {nameOf(rota, duty.doctor)} ({t(`duty.level.${duty.level}`)}, {t("rota.next.until", { time: timeOfDay(duty.span.until) })})
          </li>
        ))}
      </ol>
    </div>
  );
}
