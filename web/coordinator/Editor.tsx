/** The dialog in which one duty is changed for once: another doctor, other hours, or nobody. It explains conflicts before they hurt. */

import { useState } from "preact/hooks";
import type { DutyLevel } from "../protocol/messages.ts";
import type { RotaEdit, RotaView, Span } from "../protocol/rota.ts";
import type { PartyId, Speciality } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { localInput } from "../ui/dates.ts";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import { LEVELS, nameOf, SPECIALITIES } from "../ui/rota/words.ts";
import { Select } from "../ui/Select.tsx";
import { Conflict } from "./Conflict.tsx";
import { dutyStanding, isChanged } from "./conflict.ts";
import { DutyOverlaps } from "./Overlaps.tsx";
import { Refusal } from "./Refusal.tsx";
import { change, type Outcome, REASON_CHARS } from "./rota.ts";

/** A duty that is to be changed, or made. */
export interface Draft {
  speciality: Speciality;
  level: DutyLevel;
  span: Span;
  /** The doctor; null for nobody yet. */
  doctor: PartyId | null;
  /** The exception that is changed; 0 for a new one. */
  exception: number;
}

export function Editor({ rota, draft, onClose }: { rota: RotaView; draft: Draft; onClose: () => void }) {
  const [speciality, setSpeciality] = useState(draft.speciality);
  const [level, setLevel] = useState(draft.level);
  const [doctor, setDoctor] = useState<PartyId | "">(draft.doctor ?? "");
  const [from, setFrom] = useState(localInput(draft.span.from));
  const [until, setUntil] = useState(localInput(draft.span.until));
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);

  const [reason, setReason] = useState("");
  const [seen, setSeen] = useState(() => ({ version: rota.version, standing: dutyStanding(rota, draft, draft.exception) }));
  const theirs = dutyStanding(rota, draft, draft.exception);
  const conflict = !busy && isChanged(seen.standing, theirs);

  async function make(edit: RotaEdit, confirmed = false) {
    setBusy(true);
    const result = await change(edit, confirmed, reason);
    setBusy(false);
    setOutcome(result);
    if (result.at === "made") onClose();
  }
  const put: RotaEdit = {
    kind: "put_exception",
    id: rota.plan.exceptions.some(({ id }) => id === draft.exception) ? draft.exception : 0,
    speciality,
    level,
    doctor: doctor || null,
    when: { from, until },
  };
  const remove: RotaEdit = { kind: "remove_exception", id: draft.exception };
  const [asked, setAsked] = useState<RotaEdit>(put);
  const submit = (edit: RotaEdit) => (setAsked(edit), void make(edit));
  function replace() {
    setSeen({ version: rota.version, standing: theirs });
    submit(put);
  }
  const mine = `${doctor ? nameOf(rota, doctor) : t("rota.nobody")} – ${t(`common.speciality.${speciality}`)}, ${t(`duty.level.${level}`)} : ${from.replace("T", " ")} – ${until.replace("T", " ")}`;
  const edited = draft.doctor === null ? null : { doctor: draft.doctor, speciality: draft.speciality, level: draft.level, span: draft.span };
  return (
    <Dialog
      title={t("rota.edit")}
      onClose={onClose}
      data-testid="editor"
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          {put.id !== 0 && (
            <Button disabled={busy || conflict} data-testid="editor-template" onClick={() => submit(remove)}>
              {t("rota.edit.template")}
            </Button>
          )}
          <Button kind="primary" disabled={busy || conflict || !from || !until} data-testid="editor-save" onClick={() => submit(put)}>
            {t("rota.save")}
          </Button>
        </>
      }
    >
      {conflict && <Conflict rota={rota} since={seen.version} theirs={theirs} mine={mine} onTheirs={onClose} onMine={replace} />}
      <Refusal rota={rota} outcome={conflict ? null : outcome} onConfirm={() => void make(asked, true)} />
      <div class="two">
        <Select label={t("rota.speciality")} value={speciality} onValue={setSpeciality} testid="editor-speciality" options={SPECIALITIES.map((value) => ({ value, label: t(`common.speciality.${value}`) }))} />
        <Select label={t("rota.level")} value={level} onValue={setLevel} testid="editor-level" options={LEVELS.map((value) => ({ value, label: t(`duty.level.${value}`) }))} />
      </div>
      <Select label={t("rota.doctor")} value={doctor} onValue={setDoctor} testid="editor-doctor" options={doctorOptions(rota, speciality)} />
      <div class="two">
        <Field label={t("rota.from")} type="datetime-local" value={from} onValue={setFrom} data-testid="editor-from" />
        <Field label={t("rota.until")} type="datetime-local" value={until} onValue={setUntil} data-testid="editor-until" />
      </div>
      {doctor && <DutyOverlaps rota={rota} doctor={doctor} typed={{ from, until }} edited={edited} />}
      <Field label={t("rota.reason")} value={reason} onValue={setReason} maxLength={REASON_CHARS} hint={t("rota.reason.hint")} data-testid="editor-reason" />
      <p class="soft">{t("rota.edit.once")}</p>
    </Dialog>
  );
}

/** The doctors of a speciality, and nobody. */
export function doctorOptions({ doctors }: RotaView, speciality: Speciality) {
  const able = doctors.filter((doctor) => doctor.specialities.includes(speciality));
  return [
    { value: "" as PartyId | "", label: t("rota.nobody") },
    ...able.map(({ party, name, place }) => ({ value: party as PartyId | "", label: `${name} – ${place}` })),
  ];
}
