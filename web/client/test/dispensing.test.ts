import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dispensed, DispensedLine, Prescription } from "../../protocol/messages.ts";
import { extentOf, givenOf, leftOfLine, quantityFault, toDispense } from "../workflow/dispensing.ts";
import { merged } from "../workflow/prescriptions.ts";

const LINES = [{ quantity: 15 }, { quantity: 0 }];
const gave = (...lines: [line: number, quantity: number][]) => ({ lines: lines.map(([line, quantity]): DispensedLine => ({ line, quantity })) });

test("what is left of a line is what was prescribed without all that was given, and a line that cannot be counted is one", () => {
  const acts = [gave([0, 5]), gave([0, 4], [1, 1])];
  assert.deepEqual([toDispense(LINES[0]!), toDispense(LINES[1]!)], [15, 1]);
  assert.deepEqual([givenOf(0, acts), givenOf(1, acts)], [9, 1]);
  assert.deepEqual([leftOfLine(LINES[0]!, 0, acts), leftOfLine(LINES[1]!, 1, acts)], [6, 0]);
  assert.equal(leftOfLine(LINES[0]!, 0, [gave([0, 99])]), 0);
});

test("a prescription is dispensed in part until every line is", () => {
  assert.equal(extentOf(LINES, []), "none");
  assert.equal(extentOf(LINES, [{ lines: [{ line: 0, quantity: 0, refused: "out_of_stock" }] }]), "none");
  assert.equal(extentOf(LINES, [gave([0, 15])]), "part");
  assert.equal(extentOf(LINES, [gave([0, 15]), gave([1, 1])]), "whole");
});

test("a quantity is a whole number of what is left, and none is not given", () => {
  for (const [typed, fault] of [["6", null], [" 1 2 ", "exceeds"], ["7", "exceeds"], ["0", "zero"], ["-1", "whole"], ["1,5", "whole"], ["", "whole"], ["1e3", "whole"]] as const)
    assert.equal(quantityFault(typed, 6), fault, typed);
});

test("what was given is never forgotten, whichever state of a prescription comes last", () => {
  const signed = { prescription: "p", at: 1 } as Prescription["signed"];
  const act = (name: string): Dispensed => ({ act: name, at: 2, lines: [] });
  const acts = (all: Prescription[]) => all[0]!.dispensed?.map((one) => one.act);
  const [kept, told] = [{ signed, dispensed: [act("a"), act("b")] }, { signed, dispensed: [act("b"), act("c")] }];
  assert.deepEqual(acts(merged([kept], [told])), ["a", "b", "c"]);
  const over = { signed, replaced_by: "q" };
  assert.deepEqual(acts(merged([kept], [over])), ["a", "b"]);
  assert.equal(merged([over], [kept])[0]!.replaced_by, "q");
  assert.deepEqual(merged([{ signed }], [{ signed }]), [{ signed }]);
});
