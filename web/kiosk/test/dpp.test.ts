import assert from "node:assert/strict";
import { test } from "node:test";
import { frenchDate } from "../../ui/dpp/words.ts";
import { emptyForm, type Form } from "../form.ts";
import { isoDate, isSame, wantedOf } from "../patients/national/wanted.ts";

const typed = (part: Partial<Form>): Form => ({ ...emptyForm("other", "general"), ...part });

test("a date is read as people type it, and written as they read it", () => {
  for (const [written, iso] of [
    ["12/05/1994", "1994-05-12"],
    ["5.3.94", "94-03-05"],
    ["1-3-1980", "1980-03-01"],
    ["03/1994", "1994-03"],
    ["1994", "1994"],
    ["1994-05-12", "1994-05-12"],
    ["", ""],
  ] as const) {
    assert.equal(isoDate(written), iso);
  }
  assert.equal(frenchDate("2026-10-03T09:40:00Z"), "03/10/2026");
  assert.equal(frenchDate("2021-06"), "06/2021");
  assert.equal(frenchDate("1958"), "1958");
  assert.equal(frenchDate("hier"), "hier");
});

test("the number decides who is asked for; a name counts without one, and too little is not asked", () => {
  assert.deepEqual(wantedOf(typed({ dpp: " SN-1 ", name: "Awa Sow" })), { number: "SN-1" });
  assert.deepEqual(wantedOf(typed({ dpp: "SN-1", unknown: true, name: "Awa Sow" })), { name: "Awa Sow" });
  const known = typed({ name: "Awa Sow", choices: { sex: "female" }, numbers: { age: "1994" }, units: { age: "born", glucose: "g_l" } });
  assert.deepEqual(wantedOf(known), { name: "Awa Sow", birth_year: 1994, sex: "female" });
  assert.equal(wantedOf(typed({ name: "Aw", dpp: "1" })), null);
});

test("an answer stays while age and sex are filled in, and goes with another name or number", () => {
  const asked = { name: "Awa Sow" };
  assert.ok(isSame(asked, { name: "Awa Sow", birth_year: 1994 }));
  assert.ok(!isSame(asked, { name: "Awa Ba" }));
  assert.ok(!isSame({ number: "SN-1" }, { number: "SN-2" }));
});
