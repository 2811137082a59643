import assert from "node:assert/strict";
import { test } from "node:test";
import { isSignedOtherwise, rememberShown, type ShownLine } from "../prescription/shown.ts";

const line: ShownLine = { drug: "Sirop", directions: "5 ml 2 fois par jour", days: 5, quantity: 50, unit: "ml" };

test("words that were signed otherwise than they were read are found, for what was read on this page", () => {
  rememberShown("a", [line]);
  assert.equal(isSignedOtherwise("a", [{ ...line }]), false);
  assert.equal(isSignedOtherwise("a", [{ product: "sirop", atc: "X", ...line } as ShownLine]), false, "no other field counts");
  for (const change of [{ drug: "sirop" }, { directions: "5 ml" }, { days: 6 }, { quantity: 51 }, { unit: "flacons" }]) assert.equal(isSignedOtherwise("a", [{ ...line, ...change }]), true);
  assert.equal(isSignedOtherwise("a", [line, line]), true);
  assert.equal(isSignedOtherwise("b", [line]), false, "another page has signed it");
});
