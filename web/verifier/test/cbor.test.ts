import assert from "node:assert/strict";
import { test } from "node:test";
import { fromCbor, Sign1Tagged } from "../cbor.ts";
import { cbor, type Item, Tagged } from "./issuer.ts";

const hex = (text: string) => fromCbor(Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex")));
const nested = (levels: number): Item => (levels ? [nested(levels - 1)] : 1);

test("what the prescriptions use is read", () => {
  const item = new Map<Item, Item>([[1, "é"], [-260, new Map([[-7, [Uint8Array.of(1, 2), 2.5, 4_000_000_000]]])]]);
  assert.deepEqual(fromCbor(cbor(item)), item);
  assert.deepEqual(fromCbor(cbor(new Tagged(18, [1]))), new Sign1Tagged([1]));
  assert.deepEqual(hex("80"), []);
  assert.deepEqual(hex("a0"), new Map());
});

test("sixteen levels are read and no more, wherever they stand", () => {
  assert.notEqual(fromCbor(cbor(nested(16))), undefined);
  assert.equal(fromCbor(cbor(nested(17))), undefined);
  assert.notEqual(fromCbor(cbor([nested(15), nested(15), new Map([[1, nested(14)]]), nested(15)])), undefined);
  assert.equal(fromCbor(cbor([nested(15), new Map([[1, nested(15)]])])), undefined);
  const maps = (levels: number): Item => (levels ? new Map([[1, maps(levels - 1)]]) : 1);
  assert.equal(fromCbor(cbor(maps(17))), undefined);
  for (const start of [0x81, 0xa1, 0xd2]) assert.equal(fromCbor(new Uint8Array(4096).fill(start)), undefined, start.toString(16));
});

test("many siblings are not taken for levels", () => {
  assert.notEqual(fromCbor(cbor(Array.from({ length: 500 }, () => [[], new Map(), [1]]))), undefined);
});

test("bytes after the item, and items that are cut off, are refused", () => {
  const whole = cbor([1, new Map([[2, "trois"]])]);
  assert.equal(fromCbor(Uint8Array.of(...whole, 0)), undefined);
  for (let length = 0; length < whole.length; length++) assert.equal(fromCbor(whole.subarray(0, length)), undefined, String(length));
});

test("other forms of the same are refused", () => {
  for (const text of ["1801", "19 0001", "5800", "9f 01 ff", "bf 01 02 ff", "5f 41 00 ff", "ff", "a1 ff 01", "a1 01 ff", "81 ff"]) assert.equal(hex(text), undefined, text);
  assert.equal(hex("a2 01 02 01 03"), undefined, "a key twice");
  for (const text of ["f7", "f9 7e00", "f9 7c00", "1b ffffffffffffffff", "e0", "c1 00", "d8 3d 00"]) assert.equal(hex(text), undefined, text);
});

test("lengths that promise more than there is, and texts over the bound, are refused", () => {
  for (const text of ["9a ffffffff", "ba ffffffff 01", "5a ffffffff", "9b 001fffffffffffff 01", "7b 0000000100000000"]) assert.equal(hex(text), undefined, text);
  assert.notEqual(fromCbor(cbor(new Uint8Array(4093))), undefined);
  assert.equal(fromCbor(cbor(new Uint8Array(4094))), undefined);
});
