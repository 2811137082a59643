import assert from "node:assert/strict";
import { test } from "node:test";
import type { DutyView, RotaView, WeekSlot } from "../../protocol/rota.ts";
import { dutyStanding, isChanged, slotStanding } from "../conflict.ts";

const slot: WeekSlot = { id: 4, speciality: "surgery", level: "first", weekday: "monday", from_min: 480, until_min: 1200, doctor: "ba" };
const duty = (doctor: string, from: number, until: number): DutyView => ({ doctor, speciality: "surgery", level: "first", span: { from, until } });

function rota(template: WeekSlot[], duties: DutyView[] = []): RotaView {
  const plan = { last_id: 9, template, exceptions: [], leaves: [], swaps: [], languages: [] };
  return { version: 1, now: 0, zone: "UTC", midnights: [], doctors: [], duties, on_duty: [], gaps: [], kept: [], plan };
}

test("a slot that another coordinator has changed or removed is a conflict, and another slot is none", () => {
  const before = slotStanding(rota([slot]), 4);
  assert.ok(!isChanged(before, slotStanding(rota([slot, { ...slot, id: 5 }]), 4)));
  assert.ok(isChanged(before, slotStanding(rota([{ ...slot, doctor: "diop" }]), 4)));
  assert.ok(isChanged(before, slotStanding(rota([]), 4)));
});

test("a duty at the same hours that was given to another doctor is a conflict, and one at other hours is none", () => {
  const edited = { speciality: "surgery" as const, level: "first" as const, span: { from: 10, until: 20 } };
  const before = dutyStanding(rota([], [duty("ba", 10, 20)]), edited, 0);
  assert.ok(!isChanged(before, dutyStanding(rota([], [duty("ba", 10, 20), duty("diop", 20, 30)]), edited, 0)));
  assert.ok(isChanged(before, dutyStanding(rota([], [duty("diop", 10, 20)]), edited, 0)));
});
