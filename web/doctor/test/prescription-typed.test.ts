import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyIntake } from "../../client/workflow/vitals.ts";
import type { Prescription } from "../../protocol/messages.ts";
import { lackOf } from "../lack.ts";
import { knownOf, knownText } from "../prescription/editor/known.ts";
import { troubleOf } from "../prescription/editor/own-key.ts";
import { untilStored } from "../prescription/editor/signing.ts";
import type { Product } from "../../ui/formulary/products.ts";
import type { TypedLine, TypedPrescription } from "../prescription/typed.ts";
import { asking, blank, draftOf, faultsOf, isComplete, lineOf, replacing, settled, told, worded } from "../prescription/typed.ts";
import { amount, directionsOf, milliOf, numberOf, patientWords } from "../prescription/words.ts";

const amoxicillin: Product = {
  ...{ id: "amox", atc: "J01CA04", inn: "amoxicilline", strength: "250 mg", form: "comprimé dispersible" },
  ...{ unit: "tablet", ug_per_unit: 250_000, usual_per_day: [2, 3] },
};
const listed = (more: Partial<TypedLine> = {}): TypedLine => ({ ...lineOf({ listed: "amox" }, amoxicillin), dose: "1 ½", days: "5", ...more });
const typed = (...lines: TypedLine[]): TypedPrescription => ({ lines, allergies: "" });

function signed(prescription: string, more: Partial<Prescription> = {}): Prescription {
  const line = { product: "amox", atc: "J01CA04", drug: "amoxicilline 250 mg", directions: "1 comprimé 2 fois par jour", days: 5, quantity: 10, unit: "comprimés" };
  const other = { atc: "", drug: "Fosfomycine 3 g", directions: "1 sachet", days: 1, quantity: 0, unit: "" };
  const patient = { name: "", sex: "", age: "" };
  const rest = { patient, lines: [line, other], by: "Dr Sow", at: 1, valid_until: 2, text: "HC1:" };
  return { signed: { prescription, consultation: "c", post: "Poste", ...rest }, ...more };
}

test("doses and directions read as the server signs them", () => {
  const doses = [[500, "tablet"], [1000, "tablet"], [1500, "tablet"], [2000, "capsule"], [2500, "ml"], [125, "ml"], [12_000, "unit"]] as const;
  const words = ["½ comprimé", "1 comprimé", "1 ½ comprimé", "2 gélules", "2,5 ml", "0,125 ml", "12 UI"];
  assert.deepEqual(doses.map(([milli, unit]) => amount(milli, unit)), words);
  assert.equal(directionsOf(1000, "tablet", 2, ""), "1 comprimé 2 fois par jour");
  assert.equal(directionsOf(1000, "tablet", 3, " après\nles  repas "), "1 comprimé 3 fois par jour, après les repas");
  assert.equal(directionsOf(null, null, null, "une noisette le soir"), "une noisette le soir");
  const { drug, directions, days, quantity, unit } = worded(listed(), amoxicillin);
  assert.deepEqual([drug, directions], ["amoxicilline 250 mg, comprimé dispersible", "1 ½ comprimé 2 fois par jour"]);
  assert.deepEqual([days, quantity, unit], [5, 15, "comprimés"]);
});

test("a quantity has the word for its units, in the right number, where they can be counted", () => {
  const of = (unit: Product["unit"], dose: string, days: string) => {
    const { quantity, unit: word } = worded(listed({ dose, perDay: "1", days }), { ...amoxicillin, unit });
    return `${quantity} ${word}`;
  };
  assert.deepEqual([of("ml", "5", "10"), of("tablet", "1", "1"), of("vial", "1", "2")], ["50 ml", "1 comprimé", "2 flacons"]);
  assert.deepEqual([of("drop", "5", "10"), of("tablet", "", "5")], ["0 ", "0 "]);
  assert.equal(worded({ ...lineOf({ other: "Fosfomycine 3 g" }), days: "1" }, undefined).unit, "");
});

test("halves and quarters are read however they are typed, and read back as they were", () => {
  const all = ["1", "1,5", "1.5", "½", "1 ½", "1½", "1/2", "1 1/2", "0,25", "3/4", " 2 "].map(milliOf);
  assert.deepEqual(all, [1000, 1500, 1500, 500, 1500, 1500, 500, 1500, 250, 750, 2000]);
  for (const milli of [250, 500, 1250, 1750, 2000, 2500, 125]) assert.equal(milliOf(numberOf(milli, true)), milli);
  for (const bad of ["", "un", "-1", "1,2345", "1/3", "1/0", "1/25", "0 ½ 2", "1,5,2", "½½", "1e3", "½5"]) assert.equal(milliOf(bad), null, bad);
});

test("the patient is named as on the paper", () => {
  assert.equal(patientWords({ ...emptyIntake(), name: "A. D.", sex: "female", age_years: 1, age_months: 4 }), "A. D., F, 1 an 4 mois");
  assert.equal(patientWords(emptyIntake()), "");
});

test("a usual number of intakes is filled in only where there is about one", () => {
  assert.equal(listed().perDay, "2");
  assert.equal(lineOf({ listed: "amox" }, { ...amoxicillin, usual_per_day: [1, 6] }).perDay, "");
  assert.equal(lineOf({ other: "x" }).perDay, "");
});

test("what is missing and what is impossible is told by its field", () => {
  assert.deepEqual(faultsOf(listed()), {});
  assert.deepEqual(faultsOf(listed({ dose: "", perDay: "", days: "" })), { dose: "missing", perDay: "missing", days: "missing" });
  assert.deepEqual(faultsOf(listed({ dose: "", perDay: "", directions: "si fièvre" })), {});
  assert.deepEqual(faultsOf(listed({ dose: "0", perDay: "25", days: "366" })), { dose: "impossible", perDay: "impossible", days: "impossible" });
  assert.deepEqual(faultsOf(listed({ dose: "beaucoup" })), { dose: "impossible" });
  const other = { ...lineOf({ other: " " }), days: "1" };
  assert.deepEqual(faultsOf(other), { drug: "missing", directions: "missing", perDay: "missing" });
  assert.ok(isComplete(typed({ ...other, drug: { other: "Fosfomycine 3 g" }, directions: "1 sachet" })));
  assert.ok(!isComplete(blank()));
});

test("a draft tells the server what can be, and leaves out what cannot", () => {
  const whys = { dose_high: " infection grave ", allergy: "  " };
  const draft = draftOf({ ...typed(listed({ whys }), listed({ dose: "x", perDay: "99999", days: "999999" })), allergies: " pénicilline " }, "c", "p");
  const drug = { listed: "amox" };
  assert.deepEqual(draft, {
    prescription: "p",
    consultation: "c",
    lines: [{ drug, dose_milli: 1500, per_day: 2, days: 5, directions: "" }, { drug, days: 0, directions: "" }],
    allergies: "pénicilline",
    justifications: [{ line: 0, kind: "dose_high", why: "infection grave" }],
  });
});

test("an allergy of the national record is told to the checks whatever is typed, and stays for the next prescription", () => {
  const known = knownOf([{ text: "Pénicilline", detail: "œdème", grave: true }, { text: "Aucune allergie alimentaire", denies: true }, { text: "Iode" }]);
  const first: TypedPrescription = { ...typed(listed()), known, knownNumber: "221" };
  assert.equal(draftOf(first, "c", "p").allergies, "Pénicilline\nIode");
  assert.equal(draftOf({ ...first, allergies: " aucune connue " }, "c", "p").allergies, "aucune connue\nPénicilline\nIode");
  assert.equal(knownText(known[0]!), "Pénicilline, grave, œdème");
  assert.deepEqual(told({ ...first, asked: asking(first, "c", "a") }, [signed("a")]), { ...blank(), known, knownNumber: "221" });
});

test("what replaces a prescription has its drugs and days, and asks for the dose anew", () => {
  const next = replacing(blank("aucune"), signed("a"));
  assert.equal(next.replaces, "a");
  assert.deepEqual(next.lines.map(({ drug, dose, days, directions }) => [drug, dose, days, directions]), [
    [{ listed: "amox" }, "", "5", ""],
    [{ other: "Fosfomycine 3 g" }, "", "1", ""],
  ]);
  assert.equal(next.lines[0]?.before, "1 comprimé 2 fois par jour");
  const begun = typed(listed());
  assert.deepEqual(replacing(begun, signed("a")), { ...begun, replaces: "a" });
});

test("a draft is gone once it is known to be signed, and what was changed meanwhile replaces it", () => {
  const first = typed(listed());
  const asked: TypedPrescription = { ...first, allergies: "aucune", asked: asking(first, "c", "a") };
  assert.equal(told(asked, []), asked);
  assert.equal(told(asked, [signed("b")]), asked);
  assert.deepEqual(told(asked, [signed("a")]), blank("aucune"));
  const changed = { ...asked, lines: [{ ...asked.lines[0]!, dose: "1" }] };
  assert.deepEqual(told(changed, [signed("a")]), { lines: changed.lines, allergies: "aucune", replaces: "a" });
  const cancelled = signed("a", { cancelled: { by: "Dr Sow", at: 3, why: "erreur" } });
  assert.deepEqual(told(changed, [cancelled]), { lines: changed.lines, allergies: "aucune" });
  assert.equal(settled(first, "a"), first, "nothing was asked for");
  const other = { ...first, replaces: "b" };
  assert.equal(told(other, [signed("b")]), other);
  assert.deepEqual(told(other, [signed("b", { replaced_by: "c" })]), first, "nobody follows it any more");
});

test("a signature is asked for until it is stored, five times at most, and a refusal ends it", async () => {
  const answers = async (...stored: boolean[]) => {
    let [asked, paused] = [0, 0];
    const done = await untilStored(async () => ({ stored: stored[asked++] ?? false }), async () => void paused++);
    return [done, asked, paused];
  };
  assert.deepEqual(await answers(true), [true, 1, 0]);
  assert.deepEqual(await answers(false, false, true), [true, 3, 2]);
  assert.deepEqual(await answers(), [false, 5, 4]);
  await assert.rejects(untilStored(() => Promise.reject(new Error("password")), async () => undefined), /password/);
});

test("a key that cannot sign, or will soon not, is told", () => {
  const day = 24 * 60 * 60_000;
  const key = { valid_until: null, expired: false, not_begun: false, at: 0 };
  assert.equal(troubleOf(key, 0, 0), "none");
  assert.equal(troubleOf({ ...key, expired: true }, 0, 0), "expired");
  assert.equal(troubleOf({ ...key, not_begun: true }, 0, 0), "not_begun");
  assert.equal(troubleOf({ ...key, valid_until: 5 }, 5, 0), "expired");
  assert.equal(troubleOf({ ...key, valid_until: 30 * day - 1 }, 0, 0), "soon");
  assert.equal(troubleOf({ ...key, valid_until: 30 * day }, 0, 0), null);
  assert.equal(troubleOf({ ...key, expired: true }, 0, 365 * day), "clocks", "an end that this device does not see");
  assert.equal(troubleOf({ ...key, valid_until: 60 * day }, 0, day), null, "a day is a time zone");
});

test("an outcome that names an act needs the act", () => {
  const done = (silent: boolean, prescribed: boolean, referred: boolean, appointed = false) => ({ silent, prescribed, referred, appointed });
  const table = [
    lackOf("prescription", done(false, false, true)), lackOf("prescription", done(true, true, false)),
    lackOf("evacuation", done(false, true, false)), lackOf("evacuation", done(true, false, true)),
    lackOf("appointment", done(false, true, true)), lackOf("appointment", done(true, false, false, true)),
    lackOf("advice", done(true, false, false)), lackOf(null, done(true, true, false)), lackOf(null, done(true, false, true)),
    lackOf(null, done(true, false, false, true)), lackOf(null, done(false, false, false)),
  ];
  assert.deepEqual(table, ["prescription", null, "referral", null, "appointment", null, "silent", null, null, null, null]);
});
