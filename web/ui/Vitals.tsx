/**
 * What the post has measured: the dangerous values first, red and explained in words. What was not asked is not shown, and
 * what could not be measured, or was typed as something that cannot be, is said.
 */

import type { Danger, Intake, Vital } from "../protocol/messages.ts";
import { type Key, number, t } from "./i18n.ts";
import * as icon from "./icons.ts";
import { Icon } from "./Icon.tsx";

interface Value {
  label: Key;
  text: string;
  danger: Danger | undefined;
}

interface VitalsProps {
  intake: Intake;
  /** The dangers that the server has found; none in messages of its previous version. */
  dangers?: Danger[] | undefined;
  /** Shows only who the patient is, and what is dangerous or doubtful. */
  brief?: boolean;
}

export function Vitals({ intake, dangers = [], brief }: VitalsProps) {
  const values = [...figures(intake, dangers), ...doubts(intake)];
  const grave = (severity: Danger["severity"]) => values.filter(({ danger }) => danger?.severity === severity);
  const rest = values.filter(({ danger, label }) => !danger && (!brief || WHO.includes(label)));
  const shown = [...grave("danger"), ...grave("warning"), ...rest];
  return (
    <dl class={brief ? "vitals brief" : "vitals"} data-testid="vitals">
      {shown.map(({ label, text, danger }) => (
        <div
          key={`${label} ${text}`}
          class={danger ? `red ${danger.severity}` : ""}
          data-testid={danger && "danger"}
          data-severity={danger?.severity}
        >
          <dt>{t(label)}</dt>
          <dd class="digits">
            {danger && <Icon of={icon.alert} />} {text}
            {danger && <span class={brief ? "unseen" : "said"}>{t(`client.danger.${danger.word}`)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The values that are known, in the order in which a clinician reads them. */
function figures(intake: Intake, dangers: Danger[]): Value[] {
  const values: Value[] = [];
  const add = (label: Name, vitals: Vital[], text: string | null) => {
    const danger = dangers.find(({ vital }) => vitals.includes(vital));
    if (text !== null) values.push({ label: `common.vital.${label}`, text, danger });
  };
  const say = (label: Name, vital: Vital, unit = "") =>
    add(label, [vital], known(intake[vital], (value) => `${value}${unit}`));
  add("age", [], ageOf(intake));
  add("sex", [], known(intake.sex, (sex) => t(`common.sex.${sex}`)));
  add("weight", ["weight_g"], known(intake.weight_g, (grams) => `${number(grams / 1000, grams < 10_000 ? 2 : 1)} kg`));
  add("pregnancy", [], known(intake.pregnancy, (one) => t(`common.pregnancy.${one}`)));
  add("term", ["term_weeks"], known(intake.term_weeks, (n) => t("common.weeks", { n })));
  say("gravidity", "gravidity");
  say("parity", "parity");
  const pressed = known(intake.systolic ?? intake.diastolic, () => `${intake.systolic ?? "?"}/${intake.diastolic ?? "?"}`);
  add("pressure", ["systolic", "diastolic"], pressed);
  say("pulse", "pulse");
  say("breathing", "breathing_rate");
  say("spo2", "spo2", " %");
  add("temperature", ["temperature_dc"], known(intake.temperature_dc, (tenths) => `${number(tenths / 10, 1)} °C`));
  add("glucose", ["glucose_mg_dl"], known(intake.glucose_mg_dl, glucoseText));
  add("consciousness", ["consciousness"], known(intake.consciousness, (one) => t(`common.consciousness.${one}`)));
  add("refill", ["capillary_refill_s"], known(intake.capillary_refill_s, refillText));
  add("pallor", ["pallor"], known(intake.pallor, (one) => t(`common.pallor.${one}`)));
  add("bleeding", ["bleeding"], known(intake.bleeding, (one) => t(`common.bleeding.${one}`)));
  add("convulsions", ["convulsions"], known(intake.convulsions, (yes) => t(yes ? "common.yes" : "common.no")));
  add("fetal_movement", ["fetal_movement"], known(intake.fetal_movement, (one) => t(`common.fetal_movement.${one}`)));
  add("membranes", ["membranes"], known(intake.membranes, (one) => t(`common.membranes.${one}`)));
  return values;
}

/** What is not a figure: values that could not be measured, and texts that are none. */
function doubts({ unmeasurable = [], as_typed = [] }: Intake): Value[] {
  const value = (vital: Vital, text: string): Value => ({ label: LABELS[vital], text, danger: undefined });
  return [
    ...as_typed.map(({ vital, text }) => value(vital, t("common.vital.as_typed", { text }))),
    ...unmeasurable.map((vital) => value(vital, t("common.vital.unmeasurable"))),
  ];
}

function ageOf({ age_years, age_months, age_days }: Intake): string | null {
  const parts = [
    known(age_years || null, (n) => t("common.years", { n })),
    known(age_months || null, (n) => t("common.months", { n })),
    known(age_days || null, (n) => t("common.days", { n })),
  ].filter((part) => part !== null);
  if (parts.length) return parts.join(" ");
  if (age_days === 0) return t("common.days", { n: 0 });
  if (age_months === 0) return t("common.months", { n: 0 });
  return known(age_years, (n) => t("common.years", { n }));
}

/** Blood glucose as Senegal measures it, and in the unit of the guidelines. */
const glucoseText = (mg_dl: number) => `${number(mg_dl / 100, 2)} g/L (${number(mg_dl / 18.0156, 1)} mmol/L)`;

const refillText = (seconds: number) =>
  seconds <= 2 ? t("common.refill.2") : seconds === 3 ? t("common.refill.3") : t("common.refill.4");

const known = <T,>(value: T | null | undefined, say: (value: T) => string): string | null =>
  value === null || value === undefined ? null : say(value);

type NameOf<K> = K extends `common.vital.${infer Name}` ? Name : never;
type Name = NameOf<Key>;

const WHO: Key[] = ["common.vital.age", "common.vital.sex", "common.vital.term", "common.vital.weight"];
const LABELS: Record<Vital, Key> = {
  age_years: "common.vital.age",
  age_months: "common.vital.age",
  age_days: "common.vital.age",
  weight_g: "common.vital.weight",
  term_weeks: "common.vital.term",
  gravidity: "common.vital.gravidity",
  parity: "common.vital.parity",
  systolic: "common.vital.systolic",
  diastolic: "common.vital.diastolic",
  pulse: "common.vital.pulse",
  breathing_rate: "common.vital.breathing",
  spo2: "common.vital.spo2",
  temperature_dc: "common.vital.temperature",
  glucose_mg_dl: "common.vital.glucose",
  capillary_refill_s: "common.vital.refill",
  consciousness: "common.vital.consciousness",
  pallor: "common.vital.pallor",
  convulsions: "common.vital.convulsions",
  bleeding: "common.vital.bleeding",
  fetal_movement: "common.vital.fetal_movement",
  membranes: "common.vital.membranes",
};
