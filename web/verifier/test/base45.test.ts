import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { fromBase45 } from "../base45.ts";
import { base45 } from "./issuer.ts";

const read = (text: string) => {
  const bytes = fromBase45(text);
  return bytes && Buffer.from(bytes).toString();
};

test("the examples of RFC 9285 are read", () => {
  assert.equal(read("BB8"), "AB");
  assert.equal(read("%69 VD92EX0"), "Hello!!");
  assert.equal(read("UJCLQE7W581"), "base-45");
  assert.equal(read("QED8WEX0"), "ietf!");
  assert.equal(read(""), "");
});

test("any bytes come back", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = randomBytes(length);
    assert.deepEqual(Buffer.from(fromBase45(base45(bytes))!), bytes);
  }
});

test("a letter that is not of the alphabet, a length that cannot be, and a number that is too large are refused", () => {
  for (const text of ["bb8", "BB_", "BB8é", "BB\n", "\u{1F48A}8", "B", "BB8B", "BB8BB8B"]) assert.equal(fromBase45(text), null, text);
  assert.deepEqual(fromBase45("FGW"), Uint8Array.of(0xff, 0xff));
  for (const text of ["GGW", ":::", "6:", "::"]) assert.equal(fromBase45(text), null, text);
  assert.deepEqual(fromBase45("U5"), Uint8Array.of(0xff));
  assert.equal(fromBase45("V5"), null);
});
