import assert from "node:assert/strict";
import { test } from "node:test";
import type { DispensedSomewhere } from "../../protocol/prescriptions.ts";
import { blankLines, faultsOf, linesOf, type TypedLine } from "../dispensing.ts";
import type { Line } from "../prescription.ts";

const line = (quantity: number): Line => ({ atc: "", drug: "d", directions: "", days: 1, quantity, unit: "" });
const LINES = [line(15), line(0), line(4)];
const ACTS: DispensedSomewhere[] = [{ act: "a", at: 1, place: "Poste", lines: [{ line: 0, quantity: 5 }, { line: 2, quantity: 4 }] }];
const typed = (...quantities: string[]): TypedLine[] => quantities.map((quantity) => ({ quantity, why: "" }));

test("the form begins with all that is left", () => {
  assert.deepEqual(blankLines(LINES, ACTS), typed("10", "1", ""));
  assert.deepEqual(linesOf(blankLines(LINES, ACTS)), [{ line: 0, quantity: 10 }, { line: 1, quantity: 1 }]);
});

test("more than is left and what is no number are told at their line, and a line may stay for another time", () => {
  assert.deepEqual(faultsOf(typed("11", "x", ""), LINES, ACTS).ofLines, ["exceeds", "whole", null]);
  const later = faultsOf(typed("3", "0", ""), LINES, ACTS);
  assert.deepEqual([later.isAny, later.isEmpty], [false, false]);
  assert.deepEqual(linesOf(typed("3", "0", "")), [{ line: 0, quantity: 3 }]);
});

test("nothing at all is no act, and a reason alone is one", () => {
  assert.equal(faultsOf(typed("0", "0", ""), LINES, ACTS).isEmpty, true);
  const why: TypedLine[] = [{ quantity: "0", why: "out_of_stock" }, ...typed("0", "")];
  assert.equal(faultsOf(why, LINES, ACTS).isAny, false);
  assert.deepEqual(linesOf(why), [{ line: 0, quantity: 0, refused: "out_of_stock" }]);
});
