/** The week that comes back: its slots by day, and the form for a new one on several days at once. */

import { useState } from "preact/hooks";
import type { RotaView, WeekSlot, Weekday } from "../protocol/rota.ts";
import type { PartyId } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import { Select } from "../ui/Select.tsx";
import { LEVELS, nameOf, SPECIALITIES } from "../ui/rota/words.ts";
import { doctorOptions } from "./Editor.tsx";
import { Filter } from "./Filter.tsx";
import { SlotOverlaps } from "./Overlaps.tsx";
import { Refusal } from "./Refusal.tsx";
import { change, only, type Outcome } from "./rota.ts";
import { SlotEditor } from "./SlotEditor.tsx";
import { clock, DAYS, minutes } from "./words.ts";

export function Template({ rota }: { rota: RotaView }) {
  const [edited, setEdited] = useState<WeekSlot | null>(null);
  const shown = rota.plan.template.filter(({ speciality }) => only.value === null || only.value === speciality);
  return (
    <section aria-labelledby="template-title">
      <h2 id="template-title">{t("rota.tab.template")}</h2>
      <p class="soft">{t("rota.template.what")}</p>
      <Filter />
      <ol class="week">
        {DAYS.map((day) => (
          <li key={day} class="day">
            <h3>{t(`duty.day.${day}`)}</h3>
            {shown
              .filter(({ weekday }) => weekday === day)
              .sort((a, b) => a.from_min - b.from_min)
              .map((slot) => (
                <Row key={slot.id} rota={rota} slot={slot} onEdit={() => setEdited(slot)} />
              ))}
          </li>
        ))}
      </ol>
      <NewSlot rota={rota} />
      {edited && <SlotEditor key={edited.id} rota={rota} slot={edited} onClose={() => setEdited(null)} />}
    </section>
  );
}

function Row({ rota, slot, onEdit }: { rota: RotaView; slot: WeekSlot; onEdit: () => void }) {
  return (
    <button type="button" class={`slot ${slot.speciality} ${slot.level}`} data-testid="template-slot" data-doctor={slot.doctor} onClick={onEdit}>
      <span class="digits">
        {clock(slot.from_min)} – {clock(slot.until_min)}
      </span>
      <strong>{nameOf(rota, slot.doctor)}</strong>
      <span>
        {t(`common.speciality.${slot.speciality}`)}
        {slot.level !== "first" && `, ${t(`duty.level.${slot.level}`)}`}
      </span>
    </button>
  );
}

function NewSlot({ rota }: { rota: RotaView }) {
  const [speciality, setSpeciality] = useState(only.value ?? "obstetrics");
  const [level, setLevel] = useState(LEVELS[0]!);
  const [doctor, setDoctor] = useState<PartyId | "">("");
  const [from, setFrom] = useState("08:00");
  const [until, setUntil] = useState("20:00");
  const [days, setDays] = useState<readonly Weekday[]>([]);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);

  const times = { from_min: minutes(from), until_min: minutes(until) };
  const slots = days.map((weekday) => ({ id: 0, speciality, level, weekday, ...times, doctor }));

  /** Adds a slot for each day, all of them or none; what was refused stays in the form. */
  async function add(event: Event) {
    event.preventDefault();
    if (!doctor) return;
    setBusy(true);
    const result = await change({ kind: "put_slots", slots });
    setBusy(false);
    setOutcome(result);
    if (result.at === "made") setDays([]);
  }
  const toggle = (day: Weekday) =>
    setDays(days.includes(day) ? days.filter((one) => one !== day) : DAYS.filter((one) => one === day || days.includes(one)));
  return (
    <form class="card" onSubmit={(event) => void add(event)} data-testid="new-slot">
      <h3>{t("rota.template.add")}</h3>
      <Refusal rota={rota} outcome={outcome} onConfirm={() => undefined} />
      <div class="two">
        <Select label={t("rota.speciality")} value={speciality} onValue={setSpeciality} testid="slot-speciality" options={SPECIALITIES.map((value) => ({ value, label: t(`common.speciality.${value}`) }))} />
        <Select label={t("rota.level")} value={level} onValue={setLevel} testid="slot-level" options={LEVELS.map((value) => ({ value, label: t(`duty.level.${value}`) }))} />
      </div>
      <Select label={t("rota.doctor")} value={doctor} onValue={setDoctor} testid="slot-doctor" options={doctorOptions(rota, speciality)} />
      <fieldset class="choice">
        <legend>{t("rota.days")}</legend>
        <div>
          {DAYS.map((day) => (
            <label key={day}>
              <input type="checkbox" checked={days.includes(day)} onChange={() => toggle(day)} data-testid={`slot-${day}`} />
              {t(`duty.day.${day}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <div class="two">
        <Field label={t("rota.from")} type="time" value={from} onValue={setFrom} required data-testid="slot-from" />
        <Field label={t("rota.until")} type="time" value={until} onValue={setUntil} required data-testid="slot-until" hint={minutes(until) <= minutes(from) ? t("rota.next_day") : ""} />
      </div>
      {from && until && <SlotOverlaps rota={rota} slots={slots} />}
      <Button kind="primary" type="submit" disabled={busy || !doctor || days.length === 0} data-testid="slot-save">
        {busy ? t("common.loading") : t("rota.add")}
      </Button>
    </form>
  );
}
