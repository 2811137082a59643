import assert from "node:assert/strict";
import { test } from "node:test";
import type { DutyView, RotaView } from "../../protocol/rota.ts";
import { nextOf } from "../next-duty.ts";

const duty = (doctor: string, level: DutyView["level"], from: number, until: number): DutyView => ({ doctor, speciality: "surgery", level, span: { from, until } });
const own = duty("ba", "first", 10, 20);
const rotaOf = (now: number, duties: DutyView[]) => ({ now, duties }) as unknown as RotaView;

test("the next line is rung if a doctor does not answer, and another of the same line before it", () => {
  const second = duty("sow", "second", 0, 30);
  assert.deepEqual(nextOf(rotaOf(12, [own, second]), own).backup, ["sow"]);
  assert.deepEqual(nextOf(rotaOf(12, [own, second, duty("diop", "first", 12, 14)]), own).backup, ["diop"]);
  assert.deepEqual(nextOf(rotaOf(15, [own, second, duty("diop", "first", 12, 14)]), own).backup, ["sow"], "only who is there now");
});

test("who is on duty when it ends is named, and nobody if there is a gap", () => {
  assert.deepEqual(nextOf(rotaOf(0, [own, duty("fall", "first", 20, 30)]), own).after, ["fall"]);
  assert.deepEqual(nextOf(rotaOf(0, [own, duty("fall", "first", 21, 30)]), own).after, []);
});
