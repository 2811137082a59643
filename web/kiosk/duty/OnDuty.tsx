/** "De garde : Dr Fall jusqu'à 20:00 ; ensuite Dr Ba": whom a call would reach, before it is made. Without a link it says how old that is. */

import { useEffect } from "preact/hooks";
import { seconds } from "../../client/platform/clock.ts";
import { knownNow, wallNow } from "../../client/platform/wall-clock.ts";
import type { OnDutyNow } from "../../protocol/rota.ts";
import type { Speciality } from "../../protocol/messages.ts";
import { timeOfDay } from "../../ui/dates.ts";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import french from "../../ui/texts/fr.json?ondutynow";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import { connection } from "../shell.ts";
import { known, refreshDuty } from "./list.ts";
import styles from "./duty.css?later";
import { ageOf, type Known, orderOf } from "./words.ts";

learn(french);

/** The part, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return OnDuty;
}

function OnDuty({ speciality }: { speciality: Speciality }) {
  const isReady = connection.state.value.at === "ready";
  useEffect(() => void refreshDuty(), [isReady, speciality]);
  const found = known.value;
  if (found === undefined) return null;
  return (
    <section class="wide on-duty" aria-label={t("kiosk.onduty")} data-testid="on-duty-now" data-live={isReady}>
      <Icon of={icon.phone} />
      <div>
        {!isReady && <p class="soft" data-testid="on-duty-age">{found ? ageText(found) : t("kiosk.onduty.unknown")}</p>}
        {found && <Order speciality={speciality} found={found} />}
      </div>
    </section>
  );
}

function Order({ speciality, found }: { speciality: Speciality; found: Known }) {
  // It is at least as old as the best guess of the time says, and what has ended by then has ended.
  const age_ms = (seconds.value, ageOf(found, wallNow()) ?? 0);
  const { kept, levels, since } = orderOf(found.rota, speciality, age_ms);
  if (!kept) return <p>{t("kiosk.onduty.all")}</p>;
  const hasFirst = levels[0]?.level === "first";
  return (
    <>
      {!hasFirst && since.length > 0 && <p>{t("kiosk.onduty.since", { names: since.join(", ") })}</p>}
      {!hasFirst && since.length === 0 && <p data-testid="on-duty-nobody">{t(levels.length ? "kiosk.onduty.nobody_first" : "kiosk.onduty.nobody")}</p>}
      {levels.map(({ level, duties }) => (
        <p key={level} data-testid="on-duty-line" data-level={level}>
          {t(`kiosk.onduty.${level}`, { names: duties.map(nameText).join(", ") })}
          {level === "first" && thenText(duties)}
        </p>
      ))}
    </>
  );
}

const nameText = ({ name, until }: OnDutyNow): string => t("kiosk.onduty.until", { name, time: timeOfDay(until) });

function thenText(duties: OnDutyNow[]): string {
  const names = [...new Set(duties.flatMap(({ then }) => then))];
  return names.length ? t("kiosk.onduty.then", { names: names.join(", ") }) : t("kiosk.onduty.then_nobody");
}

/** How old the answer is, in hours or minutes. */
function ageText(found: Known): string {
  const age_ms = ageOf(found, knownNow());
  if (age_ms === null) return t("kiosk.onduty.old");
  const minutes = Math.max(1, Math.round(age_ms / 60_000));
  return minutes < 90 ? t("kiosk.onduty.minutes", { n: minutes }) : t("kiosk.onduty.hours", { n: Math.round(minutes / 60) });
}
