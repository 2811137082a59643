// The danger rules and the bounds of the form's values, generated from clinic/src/danger and clinic/src/vital.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/clinical-rules.md tells them with their sources.

import type { Severity, Vital, Word } from "./messages.ts";

/** If the patient belongs to the population and every test holds, the value of the first test is dangerous. */
export type Rule = readonly [
  population: Population,
  severity: Severity,
  word: Word,
  ...tests: (readonly [vital: Vital, is: ">=" | "<=", limit: number])[],
];

/** The populations, and their ages in days. */
export const POPULATIONS = {
  everybody: [0, 2147483647],
  under_two_months: [0, 59],
  two_to_eleven_months: [60, 364],
  under_one: [0, 364],
  one_to_four: [365, 1825],
  two_months_to_four: [60, 1825],
  five_to_eleven: [1826, 4382],
  under_twelve: [0, 4382],
  from_twelve: [4383, 2147483647],
  maternal: [4383, 18626],
} as const;
export type Population = keyof typeof POPULATIONS;

/** The choices that are made by name, the harmless one first. A rule counts them from 0. */
export const CHOICES = {
  consciousness: ["alert","voice","pain","unresponsive"],
  pallor: ["none","some","severe"],
  bleeding: ["none","light","heavy"],
  fetal_movement: ["normal","reduced","absent"],
  membranes: ["intact","ruptured"],
} as const;

/** The figures that can be; others are refused as `malformed`. */
export const POSSIBLE: Record<Vital, readonly [number, number]> = {
  age_years: [0, 120],
  age_months: [0, 240],
  age_days: [0, 250],
  weight_g: [300, 400000],
  term_weeks: [0, 45],
  gravidity: [0, 30],
  parity: [0, 30],
  systolic: [0, 350],
  diastolic: [0, 250],
  pulse: [0, 350],
  breathing_rate: [0, 150],
  spo2: [20, 100],
  temperature_dc: [100, 470],
  glucose_mg_dl: [1, 2000],
  capillary_refill_s: [0, 30],
  consciousness: [0, 3],
  pallor: [0, 2],
  convulsions: [0, 1],
  bleeding: [0, 2],
  fetal_movement: [0, 2],
  membranes: [0, 1],
};

/** The figures that a post meets; others are asked about. */
export const PLAUSIBLE: Record<Vital, readonly [number, number]> = {
  age_years: [0, 110],
  age_months: [0, 72],
  age_days: [0, 99],
  weight_g: [800, 200000],
  term_weeks: [4, 44],
  gravidity: [1, 16],
  parity: [0, 16],
  systolic: [40, 260],
  diastolic: [20, 160],
  pulse: [25, 250],
  breathing_rate: [4, 110],
  spo2: [50, 100],
  temperature_dc: [320, 425],
  glucose_mg_dl: [15, 600],
  capillary_refill_s: [0, 10],
  consciousness: [0, 3],
  pallor: [0, 2],
  convulsions: [0, 1],
  bleeding: [0, 2],
  fetal_movement: [0, 2],
  membranes: [0, 1],
};

/** Every rule; where several explain one value, the gravest counts, and of those the first. */
export const RULES: readonly Rule[] = [
  ["everybody","danger","convulsions",["convulsions",">=",1]],
  ["everybody","danger","unresponsive",["consciousness",">=",2]],
  ["everybody","danger","drowsy",["consciousness",">=",1]],
  ["everybody","danger","oxygen_low",["spo2","<=",89]],
  ["under_twelve","danger","oxygen_low",["spo2","<=",93],["consciousness",">=",2]],
  ["under_twelve","danger","oxygen_low",["spo2","<=",93],["convulsions",">=",1]],
  ["everybody","warning","oxygen_low",["spo2","<=",91]],
  ["everybody","danger","refill_slow",["capillary_refill_s",">=",4]],
  ["everybody","danger","bleeding_heavy",["bleeding",">=",2]],
  ["maternal","danger","bleeding_late",["bleeding",">=",1],["term_weeks",">=",22]],
  ["two_months_to_four","danger","pallor_severe",["pallor",">=",2]],
  ["maternal","danger","pallor_severe",["pallor",">=",2]],
  ["maternal","danger","pallor_breathless",["pallor",">=",1],["breathing_rate",">=",31]],
  ["everybody","warning","pallor_severe",["pallor",">=",2]],
  ["two_months_to_four","warning","pallor",["pallor",">=",1]],
  ["maternal","warning","pallor",["pallor",">=",1]],
  ["everybody","danger","glucose_low",["glucose_mg_dl","<=",44]],
  ["everybody","warning","glucose_low",["glucose_mg_dl","<=",53]],
  ["under_two_months","danger","fever_infant",["temperature_dc",">=",375]],
  ["under_two_months","danger","cold_infant",["temperature_dc","<=",359]],
  ["everybody","danger","fever_high",["temperature_dc",">=",391]],
  ["everybody","danger","cold",["temperature_dc","<=",349]],
  ["everybody","warning","cold",["temperature_dc","<=",359]],
  ["maternal","warning","fever",["temperature_dc",">=",381]],
  ["two_months_to_four","warning","fever",["temperature_dc",">=",375]],
  ["under_two_months","danger","breathing_fast",["breathing_rate",">=",60]],
  ["two_to_eleven_months","warning","breathing_fast",["breathing_rate",">=",50]],
  ["one_to_four","warning","breathing_fast",["breathing_rate",">=",40]],
  ["five_to_eleven","warning","breathing_fast",["breathing_rate",">=",31]],
  ["from_twelve","danger","breathing_fast",["breathing_rate",">=",31]],
  ["under_one","warning","breathing_slow",["breathing_rate","<=",24]],
  ["one_to_four","warning","breathing_slow",["breathing_rate","<=",19]],
  ["everybody","danger","breathing_slow",["breathing_rate","<=",9]],
  ["under_one","danger","pulse_fast",["pulse",">=",181]],
  ["under_one","danger","pulse_slow",["pulse","<=",89]],
  ["one_to_four","danger","pulse_fast",["pulse",">=",161]],
  ["one_to_four","danger","pulse_slow",["pulse","<=",79]],
  ["five_to_eleven","danger","pulse_fast",["pulse",">=",141]],
  ["five_to_eleven","danger","pulse_slow",["pulse","<=",69]],
  ["from_twelve","danger","pulse_fast",["pulse",">=",151]],
  ["from_twelve","danger","pulse_slow",["pulse","<=",49]],
  ["maternal","danger","pulse_shock",["pulse",">=",110]],
  ["from_twelve","warning","pulse_fast",["pulse",">=",131]],
  ["from_twelve","warning","pulse_slow",["pulse","<=",59]],
  ["maternal","danger","pressure_severe",["systolic",">=",160]],
  ["maternal","danger","pressure_severe",["diastolic",">=",110]],
  ["maternal","danger","pressure_low",["systolic","<=",89]],
  ["from_twelve","danger","pressure_low",["systolic","<=",89]],
  ["from_twelve","danger","pressure_severe",["systolic",">=",180]],
  ["from_twelve","danger","pressure_severe",["diastolic",">=",110]],
  ["maternal","warning","pressure_pregnancy",["systolic",">=",140]],
  ["maternal","warning","pressure_pregnancy",["diastolic",">=",90]],
  ["from_twelve","warning","pressure_high",["systolic",">=",160]],
  ["from_twelve","warning","pressure_high",["diastolic",">=",100]],
  ["maternal","danger","fetus_still",["fetal_movement",">=",2]],
  ["maternal","warning","fetus_less",["fetal_movement",">=",1]],
  ["maternal","danger","membranes_fever",["membranes",">=",1],["temperature_dc",">=",381]],
  ["maternal","danger","membranes_early",["membranes",">=",1],["term_weeks","<=",36]],
  ["maternal","warning","membranes_ruptured",["membranes",">=",1]],
];
