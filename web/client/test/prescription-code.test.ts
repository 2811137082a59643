import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, readCode } from "../workflow/prescription-code.ts";

test("a code is that of the server", () => {
  assert.equal(codeOf("01234567-89ab-4def-8123-456789abcdef"), "04HMA-SW9ND");
});

test("all bits of the code are told, and no others", () => {
  assert.equal(codeOf("ffffffff-ffff-4fff-bfff-ffffffffffff"), "ZZZZZ-ZZZZX", "the version of the UUID is in the last character");
  assert.equal(codeOf("00000000-0000-3fff-bfff-ffffffffffff"), "00000-00000");
  assert.equal(codeOf("00000000-0000-4000-8000-000000000000"), "00000-00001");
});

test("a code is the first 50 bits of the identifier", () => {
  // 0011223344556677… in groups of five bits: 00000 00000 01000 10010 00100 01100 11010 00100 01010 10101.
  assert.equal(codeOf("00112233-4455-6677-8899-aabbccddeeff"), "008J4-CT4AN");
  assert.equal(codeOf("00000000-0000-40ff-ffff-ffffffffffff"), "00000-00001");
});

test("a code is read as people type it", () => {
  for (const typed of ["7K3M9-QRT2X", "7k3m9qrt2x", " 7K3 M9–QRT 2X\t", "7k3m9 - qrt2x"]) assert.equal(readCode(typed), "7K3M9-QRT2X", typed);
  assert.equal(readCode("oOiIlL-0011"), "00111-10011");
});

test("what is no code is refused", () => {
  for (const typed of ["", "7K3M9QRT2", "7K3M9QRT2XX", "7K3M9QRT2U", "7K3M9_QRT2X", "7K3M9QRT2é", "HC1:7K3M9QRT"]) assert.equal(readCode(typed), null, typed);
});

test("what is no identifier has no code", () => {
  assert.equal(codeOf(""), "");
  assert.equal(codeOf("ordonnance"), "");
});
