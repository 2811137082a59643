/** The fields of the form: figures with their units and proposals, choices, and what could not be measured. */

import type { Danger } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { Choice } from "../ui/Choice.tsx";
import { Field } from "../ui/Field.tsx";
import { type Key, t } from "../ui/i18n.ts";
import { changeForm, form } from "./draft.ts";
import { type AgeUnit, type GlucoseUnit, type NumberName, SPLIT } from "./figures.ts";
import { type ChoiceName, type Choices, type FormKind, judged, type Part, vitalOf } from "./form.ts";

interface PartsProps {
  kind: FormKind;
  parts: Part[];
  found: Danger[];
}

/** The fields of these parts; a pressure is one of them, with two figures. */
export function Parts({ kind, parts, found }: PartsProps) {
  return (
    <>
      {parts.map((part) => {
        if (part === "diastolic") return null;
        if (part === "systolic") return <Pressure key={part} kind={kind} found={found} />;
        if (part in CHOICES) return <ChoiceField key={part} kind={kind} name={part as ChoiceName} found={found} />;
        return <NumberField key={part} kind={kind} name={part as NumberName} found={found} />;
      })}
    </>
  );
}

interface FieldProps<N> {
  kind: FormKind;
  name: N;
  found: Danger[];
}

function NumberField({ kind, name, found }: FieldProps<NumberName>) {
  const { numbers, unmeasurable } = form.value;
  const gone = unmeasurable.includes(name);
  const set = (value: string) => changeForm(kind, { numbers: { ...form.value.numbers, [name]: value } });
  const { state } = judged(form.value, name);
  const wrong = state === "impossible" ? t("kiosk.ask.impossible") : state === "rare" ? t("kiosk.ask.rare") : null;
  return (
    <div class="number">
      <Field
        label={t(`common.vital.${name}`)}
        unit={name in UNITS ? "" : t(`kiosk.unit.${name as Exclude<NumberName, "age" | "glucose">}`)}
        value={gone ? "" : (numbers[name] ?? "")}
        onValue={set}
        disabled={gone}
        placeholder={gone ? t("common.vital.unmeasurable") : ""}
        inputMode={SPLIT.includes(name) ? "decimal" : "numeric"}
        autoComplete="off"
        maxLength={16}
        fault={wrong ?? faultOf(found, name)}
        data-testid={`field-${name}`}
      />
      {name === "age" && <UnitChoice kind={kind} name="age" />}
      {name === "glucose" && <UnitChoice kind={kind} name="glucose" />}
      <Proposal kind={kind} name={name} />
    </div>
  );
}

/** Offers what was probably meant. One touch takes it. */
function Proposal({ kind, name }: { kind: FormKind; name: NumberName }) {
  const { proposal } = judged(form.value, name);
  if (!proposal) return null;
  const text = Object.values(proposal).join("/");
  return (
    <Button
      data-testid={`propose-${name}`}
      onClick={() => changeForm(kind, { numbers: { ...form.value.numbers, ...proposal } })}
    >
      {t("kiosk.ask.proposal", { text })}
    </Button>
  );
}

function UnitChoice({ kind, name }: { kind: FormKind; name: "age" | "glucose" }) {
  const { units } = form.value;
  return (
    <select
      class="unit-choice"
      aria-label={t(`kiosk.unit.of_${name}`)}
      value={units[name]}
      data-testid={`unit-${name}`}
      onChange={({ currentTarget: { value } }) => changeForm(kind, { units: { ...form.value.units, [name]: value } })}
    >
      {UNITS[name].map((unit) => (
        <option key={unit} value={unit}>
          {t(`kiosk.unit.${unit}`)}
        </option>
      ))}
    </select>
  );
}

function Pressure({ kind, found }: { kind: FormKind; found: Danger[] }) {
  return (
    <div class="pressure" role="group" aria-label={t("common.vital.pressure")}>
      <NumberField kind={kind} name="systolic" found={found} />
      <NumberField kind={kind} name="diastolic" found={found} />
    </div>
  );
}

function ChoiceField({ kind, name, found }: FieldProps<ChoiceName>) {
  const options = CHOICES[name].map(([value, danger]) => ({ value, label: t(labelOf(name, value)), danger }));
  return (
    <div class="pair">
      <Choice
        label={t(`common.vital.${name}`)}
        options={options}
        value={form.value.choices[name] ?? null}
        onValue={(value) => changeForm(kind, { choices: { ...form.value.choices, [name]: value } as Partial<Choices> })}
        fault={faultOf(found, name)}
        testid={`field-${name}`}
      />
    </div>
  );
}

/** What somebody tried to measure and could not; it is said to the doctor, and never taken for "not asked". */
export function Unmeasurable({ kind }: { kind: FormKind }) {
  const { unmeasurable } = form.value;
  const toggle = (names: NumberName[]) => {
    const on = names.every((name) => unmeasurable.includes(name));
    const others = unmeasurable.filter((name) => !names.includes(name));
    changeForm(kind, { unmeasurable: on ? others : [...others, ...names] });
  };
  return (
    <fieldset class="choice wide">
      <legend>{t("kiosk.ask.unmeasurable")}</legend>
      <div>
        {MEASURED.map((names) => {
          const [name] = names;
          const on = names.every((one) => unmeasurable.includes(one));
          return (
            <Button
              key={name}
              class={on ? "pressed" : ""}
              aria-pressed={on}
              data-testid={`unmeasurable-${name}`}
              onClick={() => toggle(names)}
            >
              {t(name === "systolic" ? "common.vital.pressure" : `common.vital.${name!}`)}
            </Button>
          );
        })}
      </div>
    </fieldset>
  );
}

function faultOf(found: Danger[], part: Part): string | null {
  const vital = vitalOf(part, form.value.units);
  const danger = found.find((one) => one.vital === vital);
  return danger ? t(`client.danger.${danger.word}`) : null;
}

const labelOf = (name: ChoiceName, value: string): Key =>
  name === "convulsions" ? (`common.${value}` as Key) : (`common.${name}.${value}` as Key);

const UNITS: { age: AgeUnit[]; glucose: GlucoseUnit[] } = {
  age: ["years", "months", "days", "born"],
  glucose: ["g_l", "mmol_l"],
};

/** The words of each choice, and whether one is grave. */
const CHOICES: { [N in ChoiceName]: [value: Choices[N], danger?: boolean][] } = {
  sex: [["female"], ["male"]],
  bleeding: [["none"], ["light"], ["heavy", true]],
  convulsions: [["yes", true], ["no"]],
  consciousness: [["alert"], ["voice", true], ["pain", true], ["unresponsive", true]],
  refill: [["2"], ["3"], ["4", true]],
  pallor: [["none"], ["some"], ["severe", true]],
  pregnancy: [["none"], ["pregnant"], ["postpartum"]],
  fetal_movement: [["normal"], ["reduced"], ["absent", true]],
  membranes: [["intact"], ["ruptured"]],
};

const MEASURED: NumberName[][] = [
  ["systolic", "diastolic"],
  ["pulse"],
  ["breathing"],
  ["spo2"],
  ["temperature"],
  ["glucose"],
  ["weight"],
];
