import assert from "node:assert/strict";
import { test } from "node:test";
import type { DutyView, Exception, WeekSlot, Weekday } from "../../protocol/rota.ts";
import { overlapsOf, slotOverlapsOf } from "../overlaps.ts";

const at = (local: string) => Date.parse(`${local}Z`);
const duty = (from: string, until: string, more: Partial<DutyView> = {}): DutyView => ({
  doctor: "ba",
  speciality: "surgery",
  level: "first",
  span: { from: at(from), until: at(until) },
  ...more,
});
// The night from Sunday to Monday, the day after it, and that of somebody else.
const night = duty("2026-11-29T20:00", "2026-11-30T08:00");
const day = duty("2026-11-30T08:00", "2026-11-30T20:00", { level: "second" });
const others = duty("2026-11-29T20:00", "2026-11-30T08:00", { doctor: "diop" });
const duties = [night, day, others];

test("a duty overlaps the doctor's others, also over the end of the week and at another level, and not those of somebody else", () => {
  const typed = (from: string, until: string) => overlapsOf(duties, "ba", { from, until }, null);
  assert.deepEqual(typed("2026-11-30T06:00", "2026-11-30T09:00"), [night, day]);
  assert.deepEqual(typed("2026-11-28T08:00", "2026-11-29T20:00"), [], "one that ends when the other begins");
  assert.deepEqual(typed("2026-11-30T20:00", "2026-12-01T08:00"), []);
});

test("the duty that is being changed is no overlap with itself, and another one is", () => {
  const longer = { from: "2026-11-29T18:00", until: "2026-11-30T09:00" };
  assert.deepEqual(overlapsOf(duties, "ba", longer, night), [day]);
  assert.deepEqual(overlapsOf(duties, "diop", longer, night), [others], "it is given to somebody who has one");
});

const slot = (id: number, weekday: Weekday, from_min: number, until_min: number, more: Partial<WeekSlot> = {}): WeekSlot => ({
  id, weekday, from_min, until_min, speciality: "surgery", level: "first", doctor: "ba", ...more,
});

test("a slot overlaps those of the same doctor, also from Sunday to Monday", () => {
  const sunday = slot(1, "sunday", 20 * 60, 8 * 60);
  const overlaps = (own: WeekSlot) => slotOverlapsOf([sunday], [], own).slots.map(({ id }) => id);
  assert.deepEqual(overlaps(slot(0, "monday", 7 * 60, 12 * 60, { speciality: "general" })), [1]);
  assert.deepEqual(overlaps(slot(0, "monday", 8 * 60, 12 * 60)), []);
  assert.deepEqual(overlaps(slot(0, "sunday", 8 * 60, 20 * 60)), []);
  assert.deepEqual(overlaps(slot(0, "sunday", 0, 1440)), [1], "a whole day");
  assert.deepEqual(overlaps(slot(0, "monday", 7 * 60, 12 * 60, { doctor: "diop" })), []);
  assert.deepEqual(overlaps({ ...sunday, from_min: 19 * 60 }), [], "the slot itself");
});

test("a slot overlaps what is planned for once at another line, and not what takes its own place", () => {
  // 2026-12-06 is a Sunday.
  const exception = (more: Partial<Exception>): Exception =>
    ({ id: 9, ...duty("2026-12-06T22:00", "2026-12-07T06:00"), ...more }) as Exception;
  const own = slot(0, "monday", 0, 8 * 60);
  const overlaps = (more: Partial<Exception>) => slotOverlapsOf([], [exception(more)], own).exceptions.length;
  assert.equal(overlaps({ level: "second" }), 1);
  assert.equal(overlaps({}), 0);
  assert.equal(overlaps({ level: "second", doctor: null }), 0);
});
