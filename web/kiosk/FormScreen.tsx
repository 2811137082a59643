/** The short form before a call. No field is required, because an unknown value must never delay an emergency. */

import { useEffect, useState } from "preact/hooks";
import { type Danger, dangers } from "../client/index.ts";
import {
  type Bleeding,
  type Language,
  type Speciality,
  TEXT_LIMITS,
  type Urgency,
} from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Choice } from "../ui/Choice.tsx";
import { Field } from "../ui/Field.tsx";
import { errorText, t, timeOfDay } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { toast } from "../ui/Toast.tsx";
import { BackButton } from "./BackButton.tsx";
import { changeForm, clearForm, closeForm, draftFrom, form, opened, openForm, sendRequest } from "./draft.ts";
import {
  asks,
  type Form,
  fromCentimetres,
  isImpossible,
  intakeOf,
  type FormKind,
  type NumberName,
} from "./form.ts";
import { client } from "./kiosk.ts";
import { checked, screen } from "./shell.ts";

export function FormScreen({ kind, speciality }: { kind: FormKind; speciality: Speciality }) {
  useEffect(() => {
    void openForm(kind, speciality);
    return closeForm;
  }, [kind, speciality]);
  useEffect(() => {
    client.prepare(true);
    return () => client.prepare(false);
  }, []);
  return (
    <main class="ask">
      <header>
        <BackButton />
        <h1>
          {kind === "other" ? t(`common.speciality.${speciality}`) : t(`kiosk.home.${kind}`)}
        </h1>
      </header>
      {opened.value === kind && <OpenForm kind={kind} />}
    </main>
  );
}

function OpenForm({ kind }: { kind: FormKind }) {
  const found = dangers(intakeOf(kind, form.value));
  return (
    <>
      {draftFrom.value && <DraftBanner at={draftFrom.value} kind={kind} />}
      <div class="fields">
        <Patient kind={kind} />
        <VitalFields kind={kind} found={found} />
        <OtherFields kind={kind} found={found} />
      </div>
      <Foot kind={kind} found={found} />
    </>
  );
}

function VitalFields({ kind, found }: { kind: FormKind; found: Danger[] }) {
  const hint = kind === "child" ? t("kiosk.ask.baby") : "";
  return (
    <>
      <NumberField kind={kind} name="age" found={found} hint={hint} />
      <NumberField kind={kind} name="term" found={found} />
      <NumberField kind={kind} name="temperature" found={found} />
      <Pressure kind={kind} found={found} />
      <NumberField kind={kind} name="pulse" found={found} />
      {kind !== "other" && (
        <Choice
          label={t("common.vital.convulsions")}
          options={[
            { value: "yes", label: t("common.yes"), danger: true },
            { value: "no", label: t("common.no") },
          ]}
          value={form.value.convulsions}
          onValue={(convulsions) => changeForm(kind, { convulsions })}
          fault={faultOf(found, "convulsions")}
          testid="field-convulsions"
        />
      )}
    </>
  );
}

function OtherFields({ kind, found }: { kind: FormKind; found: Danger[] }) {
  const set = (part: Partial<Form>) => changeForm(kind, part);
  return (
    <>
      <div class="pair">
        {kind === "obstetric" ? <BleedingChoice found={found} set={set} /> : <UrgencyChoice set={set} />}
      </div>
      <div class={kind === "child" ? "wide" : "pair"}>
        <Field
          label={t("kiosk.ask.reason")}
          value={form.value.reason}
          onValue={(reason) => set({ reason })}
          rows={2}
          maxLength={TEXT_LIMITS.reason}
          data-testid="field-reason"
        />
      </div>
      <div class="wide">
        <Choice
          label={t("common.vital.language")}
          options={LANGUAGES.map((value) => ({ value, label: t(`common.lang.${value}`) }))}
          value={form.value.language}
          onValue={(language) => set({ language })}
          testid="field-language"
        />
      </div>
    </>
  );
}

function BleedingChoice({ found, set }: { found: Danger[]; set: (part: Partial<Form>) => void }) {
  const options = BLEEDINGS.map((value) => ({
    value,
    label: t(`common.bleeding.${value}`),
    danger: value === "heavy",
  }));
  return (
    <Choice
      label={t("common.vital.bleeding")}
      options={options}
      value={form.value.bleeding}
      onValue={(bleeding) => set({ bleeding })}
      fault={faultOf(found, "bleeding")}
      testid="field-bleeding"
    />
  );
}

function UrgencyChoice({ set }: { set: (part: Partial<Form>) => void }) {
  const options = URGENCIES.map((value) => ({
    value,
    label: t(`common.urgency.${value}`),
    danger: value === "stat",
  }));
  return (
    <Choice
      label={t("kiosk.ask.urgency")}
      options={options}
      value={form.value.urgency}
      onValue={(urgency) => set({ urgency })}
      testid="field-urgency"
    />
  );
}

/** Warns that a draft was found, because its values may be those of another patient. */
function DraftBanner({ at, kind }: { at: number; kind: FormKind }) {
  return (
    <Banner
      tone="warn"
      icon={icon.note}
      data-testid="draft"
      actions={
        <Button data-testid="new-patient" onClick={() => clearForm(kind)}>
          {t("kiosk.ask.anew")}
        </Button>
      }
    >
      {t("kiosk.ask.found", { time: timeOfDay(at) })}
    </Banner>
  );
}

function Patient({ kind }: { kind: FormKind }) {
  const { unknown, dpp } = form.value;
  return (
    <div class="patient">
      <Field
        label={t("common.vital.dpp")}
        value={unknown ? "" : dpp}
        onValue={(typed) => changeForm(kind, { dpp: typed })}
        disabled={unknown}
        placeholder={unknown ? t("common.unknown") : ""}
        autoComplete="off"
        maxLength={TEXT_LIMITS.dpp}
        data-testid="field-dpp"
      />
      <Button
        class={unknown ? "pressed" : ""}
        aria-pressed={unknown}
        data-testid="dpp-unknown"
        onClick={() => changeForm(kind, { unknown: !unknown })}
      >
        {t("common.unknown")}
      </Button>
    </div>
  );
}

interface NumberProps {
  kind: FormKind;
  name: NumberName;
  found: Danger[];
  hint?: string;
}

function NumberField({ kind, name, found, hint }: NumberProps) {
  if (!asks(kind, name)) return null;
  const typed = form.value.numbers[name] ?? "";
  const set = (value: string) => changeForm(kind, { numbers: { ...form.value.numbers, [name]: value } });
  // What was typed last may not be drawn yet when the field is left.
  const convert = () => {
    const last = form.value.numbers[name] ?? "";
    const converted = fromCentimetres(name, last);
    if (converted !== last) set(converted);
  };
  return (
    <div class="number" onFocusOut={convert}>
      <Field
        label={t(`common.vital.${name}`)}
        unit={t(`kiosk.unit.${name}`)}
        value={typed}
        onValue={set}
        inputMode={name === "temperature" ? "decimal" : "numeric"}
        autoComplete="off"
        maxLength={6}
        fault={isImpossible(name, typed) ? t("kiosk.ask.impossible") : faultOf(found, VITAL[name] ?? name)}
        {...(hint && { hint })}
        data-testid={`field-${name}`}
      />
    </div>
  );
}

function Pressure({ kind, found }: { kind: FormKind; found: Danger[] }) {
  if (!asks(kind, "systolic")) return null;
  return (
    <div class="pressure" role="group" aria-label={t("common.vital.pressure")}>
      <NumberField kind={kind} name="systolic" found={found} />
      <NumberField kind={kind} name="diastolic" found={found} />
    </div>
  );
}

function Foot({ kind, found }: { kind: FormKind; found: Danger[] }) {
  const [busy, setBusy] = useState(false);
  const press = () => {
    setBusy(true);
    void sendRequest(kind).catch(() => toast(errorText("internal")) ?? setBusy(false));
  };
  return (
    <footer class="foot">
      {found.length > 0 && (
        <p class="fault bad" role="status" data-testid="danger">
          {t("kiosk.ask.dangers", { n: found.length })}
        </p>
      )}
      {!checked.value && (
        <Button kind="bare" icon={icon.tools} onClick={() => (screen.value = { at: "check" })}>
          {t("kiosk.check.first")}
        </Button>
      )}
      <Button kind="go" icon={icon.phone} class="call" disabled={busy} data-testid="call" onClick={press}>
        {t("kiosk.ask.call")}
      </Button>
    </footer>
  );
}

function faultOf(found: Danger[], vital: string): string | null {
  const danger = found.find((one) => one.vital === vital);
  return danger ? t(`client.danger.${danger.sentence}`) : null;
}

const LANGUAGES: Language[] = ["fr", "wo", "ff", "snk", "mnk"];
const BLEEDINGS: Bleeding[] = ["none", "light", "heavy"];
const URGENCIES: Urgency[] = ["stat", "urgent", "routine"];
const VITAL = { age: "age_years", temperature: "temperature_dc", term: "term_weeks" } as Record<
  string,
  string
>;
