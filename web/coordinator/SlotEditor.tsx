/** The dialog in which a slot of the template is changed in its place, or removed. Two coordinators at one slot see both versions. */

import { useState } from "preact/hooks";
import type { RotaEdit, RotaView, WeekSlot } from "../protocol/rota.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import { Select } from "../ui/Select.tsx";
import { LEVELS } from "../ui/rota/words.ts";
import { Conflict } from "./Conflict.tsx";
import { isChanged, slotStanding } from "./conflict.ts";
import { doctorOptions } from "./Editor.tsx";
import { SlotOverlaps } from "./Overlaps.tsx";
import { Refusal } from "./Refusal.tsx";
import { change, type Outcome, REASON_CHARS } from "./rota.ts";
import { clock, DAYS, minutes, slotText } from "./words.ts";

export function SlotEditor({ rota, slot, onClose }: { rota: RotaView; slot: WeekSlot; onClose: () => void }) {
  const [doctor, setDoctor] = useState(slot.doctor);
  const [level, setLevel] = useState(slot.level);
  const [weekday, setWeekday] = useState(slot.weekday);
  const [from, setFrom] = useState(clock(slot.from_min));
  const [until, setUntil] = useState(clock(slot.until_min));
  const [reason, setReason] = useState("");
  const [seen, setSeen] = useState(() => ({ version: rota.version, standing: slotStanding(rota, slot.id) }));
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);

  const theirs = slotStanding(rota, slot.id);
  const conflict = !busy && isChanged(seen.standing, theirs);
  const mine = { ...slot, doctor, level, weekday, from_min: minutes(from), until_min: minutes(until) };
  // A slot that the other coordinator has removed is made again.
  const put: RotaEdit = { kind: "put_slots", slots: [{ ...mine, id: theirs.slot ? slot.id : 0 }] };
  const [asked, setAsked] = useState<RotaEdit>(put);

  async function make(edit: RotaEdit, confirmed = false) {
    setAsked(edit);
    setBusy(true);
    const result = await change(edit, confirmed, reason);
    setBusy(false);
    setOutcome(result);
    if (result.at === "made") onClose();
  }
  function replace() {
    setSeen({ version: rota.version, standing: theirs });
    void make(put);
  }
  const stopped = busy || conflict || !doctor || !from || !until;
  return (
    <Dialog
      title={t("rota.slot.edit", { day: t(`duty.day.${slot.weekday}`), speciality: t(`common.speciality.${slot.speciality}`) })}
      onClose={onClose}
      data-testid="slot-editor"
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button disabled={busy || conflict} data-testid="remove-slot" onClick={() => void make({ kind: "remove_slot", id: slot.id })}>
            {t("rota.remove")}
          </Button>
          <Button kind="primary" disabled={stopped} data-testid="slot-editor-save" onClick={() => void make(put)}>
            {busy ? t("common.loading") : t("rota.save")}
          </Button>
        </>
      }
    >
      {conflict && <Conflict rota={rota} since={seen.version} theirs={theirs} mine={slotText(rota, mine)} onTheirs={onClose} onMine={replace} />}
      <Refusal rota={rota} outcome={conflict ? null : outcome} onConfirm={() => void make(asked, true)} />
      <Select label={t("rota.doctor")} value={doctor} onValue={setDoctor} testid="slot-editor-doctor" options={doctorOptions(rota, slot.speciality).slice(1)} />
      <div class="two">
        <Select label={t("rota.level")} value={level} onValue={setLevel} testid="slot-editor-level" options={LEVELS.map((value) => ({ value, label: t(`duty.level.${value}`) }))} />
        <Select label={t("rota.day")} value={weekday} onValue={setWeekday} testid="slot-editor-day" options={DAYS.map((value) => ({ value, label: t(`duty.day.${value}`) }))} />
      </div>
      <div class="two">
        <Field label={t("rota.from")} type="time" value={from} onValue={setFrom} data-testid="slot-editor-from" />
        <Field label={t("rota.until")} type="time" value={until} onValue={setUntil} data-testid="slot-editor-until" hint={minutes(until) <= minutes(from) ? t("rota.next_day") : ""} />
      </div>
      {from && until && <SlotOverlaps rota={rota} slots={[mine]} />}
      <Field label={t("rota.reason")} value={reason} onValue={setReason} maxLength={REASON_CHARS} hint={t("rota.reason.hint")} data-testid="slot-editor-reason" />
    </Dialog>
  );
}
