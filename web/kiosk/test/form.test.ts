import assert from "node:assert/strict";
import { test } from "node:test";
import { POSSIBLE } from "../../protocol/rules.ts";
import type { Vital } from "../../protocol/messages.ts";
import { judge, type NumberName, parse, type Units } from "../figures.ts";
import { birthYearOf, dangersOf, emptyForm, firstParts, type Form, type FormKind, formOf, impossible, intakeOf, otherParts } from "../form.ts";

const UNITS: Units = { age: "years", glucose: "g_l" };
const NAMES: NumberName[] = [
  ...(["age", "term", "weight", "systolic", "diastolic", "pulse"] as const),
  ...(["breathing", "spo2", "temperature", "glucose", "gravidity", "parity"] as const),
];
const typed = (numbers: Form["numbers"], more: Partial<Form> = {}): Form => ({
  ...emptyForm("other", "general"),
  numbers,
  ...more,
});

test("an empty form gives an empty intake, without the fields that a page of before does not know", () => {
  const { reason, ...rest } = intakeOf(emptyForm("obstetric", "obstetrics"));
  assert.equal(reason, "");
  for (const value of Object.values(rest)) assert.equal(value, null);
  assert.equal(Object.keys(rest).length, 10);
});

test("a decimal comma counts as a decimal point, and each figure has its unit", () => {
  const form = typed({ temperature: "39,4", age: "5", weight: "3.25", glucose: "0,45" });
  const intake = intakeOf({ ...form, units: { age: "months", glucose: "g_l" } });
  assert.equal(intake.temperature_dc, 394);
  assert.equal(intake.age_months, 5);
  assert.equal(intake.age_years, null);
  assert.equal(intake.weight_g, 3250);
  assert.equal(intake.glucose_mg_dl, 45);
  assert.equal(intakeOf({ ...typed({ glucose: "2,5" }), units: { age: "years", glucose: "mmol_l" } }).glucose_mg_dl, 45);
});

test("a slip is met with what was probably meant", () => {
  const cases: [NumberName, string, string | null][] = [
    ["temperature", "396", "39,6"],
    ["temperature", "98,6", "37"],
    ["temperature", "3,96", "39,6"],
    ["systolic", "17", "170"],
    ["systolic", "13,5", "135"],
    ["systolic", "1200", "120"],
    ["systolic", "12/8", "120/80"],
    ["systolic", "120/80", "120/80"],
    ["diastolic", "9", "90"],
    ["pulse", "1240", "124"],
    ["age", "1999", "27"],
    ["weight", "3250", "3,25"],
    ["weight", "650", "65"],
    ["glucose", "95", "0,95"],
    ["spo2", "985", "98,5"],
    ["pulse", "vingt", null],
  ];
  for (const [name, text, expected] of cases) {
    const { proposal, state } = judge(name, text, UNITS, 2026);
    assert.notEqual(state, "good", `${name} ${text}`);
    const said = proposal && Object.values(proposal).join("/");
    if (name !== "spo2") assert.equal(said, expected, `${name} ${text}`);
  }
  assert.deepEqual(judge("systolic", "140", UNITS, 2026), { state: "good", figure: 140, proposal: null });
});

test("every proposal is itself good", () => {
  for (const name of NAMES)
    for (let tenths = 1; tenths < 30_000; tenths += 7) {
      const { proposal } = judge(name, String(tenths / 10), UNITS, 2026);
      for (const [field, text] of Object.entries(proposal ?? {}))
        assert.equal(judge(field as NumberName, text, UNITS, 2026).state, "good", `${tenths / 10} → ${field} ${text}`);
    }
});

test("an impossible value is sent as it was typed, and a rare one as it is", () => {
  const intake = intakeOf(typed({ pulse: " 1240 ", temperature: "31", age: "vingt" }));
  assert.equal(intake.pulse, null);
  assert.equal(intake.temperature_dc, 310);
  assert.deepEqual(intake.as_typed, [
    { vital: "pulse", text: "1240" },
    { vital: "age_years", text: "vingt" },
  ]);
});

test("a form with every value impossible loses none", () => {
  const form = typed(Object.fromEntries(NAMES.map((name) => [name, "99999999"])));
  assert.deepEqual(impossible(form), NAMES);
  const intake = intakeOf(form);
  assert.equal(intake.as_typed!.length, NAMES.length);
  for (const { vital, text } of intake.as_typed!) {
    assert.equal(intake[vital] ?? null, null);
    assert.equal(text, "99999999");
  }
  assert.deepEqual(dangersOf(form), []);
});

test("whatever is typed is a figure that the server accepts, or travels as typed", () => {
  const texts = ["0", "-1", "1", "7", "12/8", "36,6", "99", "150", "250", "350,4", "1e9", "NaN", "Infinity", "0x10", " ", "٣"];
  for (const name of NAMES)
    for (const text of texts) {
      const intake = intakeOf(typed({ [name]: text }));
      const figures = Object.entries(intake).filter(([, value]) => typeof value === "number");
      for (const [vital, value] of figures) {
        const [least, most] = POSSIBLE[vital as Vital];
        const figure = Number(value);
        assert.ok(Number.isInteger(figure) && figure >= least && figure <= most, `${name} ${text}`);
      }
      assert.equal(figures.length + (intake.as_typed?.length ?? 0), text.trim() ? 1 : 0, `${name} “${text}”`);
    }
  assert.equal(parse("1,5"), 1.5);
});

test("what could not be measured is said, and its text does not count", () => {
  const intake = intakeOf(typed({ spo2: "97" }, { unmeasurable: ["systolic", "diastolic", "spo2"] }));
  assert.deepEqual(intake.unmeasurable, ["systolic", "diastolic", "spo2"]);
  assert.equal(intake.spo2, undefined);
});

test("an unknown patient has no number, and a name is trimmed", () => {
  const intake = intakeOf(typed({}, { dpp: "SN-1", unknown: true, name: " A. N. " }));
  assert.equal(intake.dpp, null);
  assert.equal(intake.name, "A. N.");
});

test("each reason shows few parts first and has all the others behind one button", () => {
  for (const kind of ["obstetric", "child", "other"] as FormKind[]) {
    const [first, others] = [firstParts(kind), otherParts(kind)];
    assert.ok(first.length <= 7, kind);
    assert.equal(new Set([...first, ...others]).size, first.length + others.length);
    for (const asked of ["weight", "breathing", "spo2", "consciousness", "refill", "pallor", "glucose", "temperature"] as const)
      assert.ok(first.includes(asked) || others.includes(asked), `${kind}: ${asked}`);
  }
  for (const asked of ["gravidity", "parity", "fetal_movement", "membranes"] as const)
    assert.ok(otherParts("obstetric").includes(asked));
});

test("the form of an intake gives that intake again, whatever was filled in", () => {
  const form: Form = {
    ...emptyForm("other", "surgery"),
    ...{ dpp: "12-34", name: "A. Nd.", reason: "brûlure", language: "ff", units: { age: "months", glucose: "g_l" } },
    numbers: { age: "7", weight: "6,45", temperature: "39,4", pulse: "150", systolic: "abc", glucose: "0,45", spo2: "91" },
    choices: { sex: "male", convulsions: "no", refill: "4", pallor: "some", consciousness: "voice" },
    unmeasurable: ["breathing"],
  };
  const intake = intakeOf(form);
  assert.equal(intake.as_typed?.length, 1);
  assert.deepEqual(intakeOf(formOf(intake, "surgery")), intake);
  const empty = intakeOf(emptyForm("child", "paediatrics"));
  assert.deepEqual(intakeOf(formOf(empty, "paediatrics")), empty);
});

test("a year of birth is an age, and is never taken for one that cannot be", () => {
  const year = new Date().getFullYear();
  const form = (age: string): Form => typed({ age }, { units: { age: "born", glucose: "g_l" } });
  assert.equal(intakeOf(form(String(year - 27))).age_years, 27);
  assert.equal(birthYearOf(form(String(year - 27))), year - 27);
  for (const wrong of ["27", String(year + 1), "1492"]) assert.deepEqual(impossible(form(wrong)), ["age"], wrong);
  assert.deepEqual(judge("age", "27", { age: "born", glucose: "g_l" }, 2028).proposal, { age: "2001" });
  assert.equal(birthYearOf(typed({ age: "30" }, { units: { age: "months", glucose: "g_l" } })), year - 2);
  assert.equal(birthYearOf(typed({})), null);
});
