/** The calendar of a week: a grid of days on a laptop, one day below the other on a phone. Colours go with words. */

import { useState } from "preact/hooks";
import type { DutyView, Gap, RotaView } from "../protocol/rota.ts";
import { Button } from "../ui/Button.tsx";
import { dayOfMonth, shortDay, timeOfDay, weekday } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { LEVELS, nameOf } from "../ui/rota/words.ts";
import { type Draft, Editor } from "./Editor.tsx";
import { Filter } from "./Filter.tsx";
import { firstDay, move, only } from "./rota.ts";

export function Week({ rota }: { rota: RotaView }) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const days = rota.midnights.slice(0, -1).map((from, day) => ({ from, until: rota.midnights[day + 1]! }));
  return (
    <section aria-labelledby="week-title">
      <div class="bar">
        <h2 id="week-title">{t("rota.week_of", { day: shortDay(rota.midnights[0]!) })}</h2>
        <div class="actions">
          <Button icon={icon.back} aria-label={t("rota.week.before")} data-testid="week-before" onClick={() => move(-1)} />
          <Button disabled={firstDay.value === null} data-testid="week-today" onClick={() => move(0)}>
            {t("rota.week.today")}
          </Button>
          <Button class="onward" icon={icon.back} aria-label={t("rota.week.after")} data-testid="week-after" onClick={() => move(1)} />
        </div>
      </div>
      <Filter />
      <ol class="week" data-testid="week">
        {days.map((day) => (
          <Day key={day.from} rota={rota} day={day} onEdit={setDraft} />
        ))}
      </ol>
      {draft && <Editor rota={rota} draft={draft} onClose={() => setDraft(null)} />}
    </section>
  );
}

type Edge = { from: number; until: number };

function Day({ rota, day, onEdit }: { rota: RotaView; day: Edge; onEdit: (draft: Draft) => void }) {
  const isToday = day.from <= rota.now && rota.now < day.until;
  const isPast = day.until <= rota.now && rota.now < rota.midnights.at(-1)!;
  const isShown = ({ speciality }: { speciality: string }) => only.value === null || only.value === speciality;
  const starts = ({ span }: { span: Edge }) => day.from <= span.from && span.from < day.until;
  const reaches = ({ span }: { span: Edge }) => span.from < day.from && day.from < span.until;
  // A duty stands where it starts; also today, because a telephone hides the days before, and on the first day of the week.
  const hidesEarlier = isToday || day.from === rota.midnights[0];
  const duties = rota.duties.filter((duty) => isShown(duty) && (starts(duty) || (hidesEarlier && reaches(duty)))).sort(byTime);
  const gaps = rota.gaps.filter((gap) => isShown(gap) && (starts(gap) || reaches(gap)));
  const speciality = only.value ?? "obstetrics";
  const noon = { from: day.from + 8 * HOUR_MS, until: day.from + 20 * HOUR_MS };
  return (
    <li class={["day", isToday && "today", isPast && "past"].filter(Boolean).join(" ")} data-testid="day">
      <h3>
        <span>{weekday(day.from + HOUR_MS)}</span> {dayOfMonth(day.from + HOUR_MS)} {isToday && <em>{t("rota.today")}</em>}
      </h3>
      {gaps.map((gap) => (
        <Hole key={gap.speciality + gap.level} gap={gap} day={day} onEdit={onEdit} />
      ))}
      {duties.map((duty) => (
        <Slot key={duty.speciality + duty.level + duty.span.from + duty.doctor} rota={rota} duty={duty} day={day} onEdit={onEdit} />
      ))}
      {duties.length + gaps.length === 0 && <p class="soft">{t("rota.day.empty")}</p>}
      <Button
        kind="bare"
        data-testid="add-duty"
        onClick={() => onEdit({ speciality, level: "first", span: noon, doctor: null, exception: 0 })}
      >
        {t("rota.add")}
      </Button>
    </li>
  );
}

function Slot({ rota, duty, day, onEdit }: { rota: RotaView; duty: DutyView; day: Edge; onEdit: (draft: Draft) => void }) {
  const { speciality, level, span, doctor } = duty;
  const exception = rota.plan.exceptions.find(
    (one) =>
      one.doctor === doctor &&
      one.speciality === speciality &&
      one.level === level &&
      one.span.from <= span.from &&
      span.until <= one.span.until,
  );
  const isNow = span.from <= rota.now && rota.now < span.until;
  return (
    <button
      type="button"
      class={`slot ${speciality} ${level}`}
      data-testid="duty"
      data-speciality={speciality}
      data-level={level}
      data-doctor={doctor}
      onClick={() => onEdit({ speciality, level, span: exception?.span ?? span, doctor, exception: exception?.id ?? 0 })}
    >
      <span class="digits">
        {span.from < day.from ? t("rota.next.until", { time: timeOfDay(span.until) }) : `${timeOfDay(span.from)} – ${timeOfDay(span.until)}`}
      </span>
      <strong>{nameOf(rota, doctor)}</strong>
      <span>
        {t(`common.speciality.${speciality}`)}
        {level !== "first" && `, ${t(`duty.level.${level}`)}`}
      </span>
      {(exception || isNow) && (
        <em>{[isNow && t("rota.now"), exception && t("rota.exception")].filter(Boolean).join(" · ")}</em>
      )}
    </button>
  );
}

function Hole({ gap, day, onEdit }: { gap: Gap; day: Edge; onEdit: (draft: Draft) => void }) {
  const from = Math.max(gap.span.from, day.from);
  const until = Math.min(gap.span.until, day.until);
  return (
    <button
      type="button"
      class="slot hole"
      data-testid="hole"
      data-speciality={gap.speciality}
      onClick={() => onEdit({ ...gap, doctor: null, exception: 0 })}
    >
      <span class="digits">
        {timeOfDay(from)} – {timeOfDay(until)}
      </span>
      <strong>
        <Icon of={icon.alert} /> {t("rota.nobody")}
      </strong>
      <span>
        {t(`common.speciality.${gap.speciality}`)}, {t(`duty.level.${gap.level}`)}
      </span>
    </button>
  );
}

const byTime = (a: DutyView, b: DutyView): number =>
  a.span.from - b.span.from || LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level);
const HOUR_MS = 3_600_000;
