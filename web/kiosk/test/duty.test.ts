import assert from "node:assert/strict";
import { test } from "node:test";
import type { OnDutyNow, RotaNow } from "../../protocol/rota.ts";
import { ageOf, orderOf } from "../duty/words.ts";

const HOUR_MS = 3_600_000;
const duty = (level: OnDutyNow["level"], name: string, hours: number, then: string[] = []): OnDutyNow => ({
  speciality: "paediatrics",
  level,
  name,
  ends_in_ms: hours * HOUR_MS,
  until: hours * HOUR_MS,
  then,
});
const rota: RotaNow = { kept: ["paediatrics", "surgery"], duties: [duty("second", "Dr Sow", 20), duty("first", "Dr Fall", 2, ["Dr Ba"])] };

test("the order is that of the levels", () => {
  const { kept, levels, since } = orderOf(rota, "paediatrics", 0);
  assert.ok(kept);
  assert.deepEqual(levels.map(({ level, duties }) => [level, duties[0]!.name]), [["first", "Dr Fall"], ["second", "Dr Sow"]]);
  assert.deepEqual(since, []);
});

test("nobody is named as on duty whose duty has ended since the answer came, and who followed is named", () => {
  const { levels, since } = orderOf(rota, "paediatrics", 3 * HOUR_MS);
  assert.deepEqual(levels.map(({ level }) => level), ["second"]);
  assert.deepEqual(since, ["Dr Ba"]);
});

test("a kept speciality with nobody and one without a rota are told apart", () => {
  assert.deepEqual(orderOf(rota, "surgery", 0), { kept: true, levels: [], since: [] });
  assert.equal(orderOf(rota, "general", 0).kept, false);
});

test("a clock that was set back, or that nobody knows, tells no age", () => {
  assert.equal(ageOf({ at: 1000, rota }, 5000), 4000);
  assert.equal(ageOf({ at: 5000, rota }, 1000), null);
  assert.equal(ageOf({ at: 1000, rota }, null), null);
});
