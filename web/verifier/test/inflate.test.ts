import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { inflate } from "../inflate.ts";

const bytes = (buffer: Uint8Array) => new Uint8Array(buffer);

test("a stream of at most the bound is unpacked, and one byte more is refused", async () => {
  const whole = Buffer.alloc(4096, "Teranga ");
  assert.deepEqual(Buffer.from((await inflate(bytes(deflateSync(whole)), 4096))!), whole);
  assert.equal(await inflate(bytes(deflateSync(Buffer.alloc(4097))), 4096), null);
  assert.deepEqual(await inflate(bytes(deflateSync(Buffer.alloc(0))), 4096), new Uint8Array());
});

test("a short text that unpacks into a hundred megabytes is given up after the bound", async () => {
  const bomb = bytes(deflateSync(Buffer.alloc(100_000_000), { level: 9 }));
  const before = process.memoryUsage().arrayBuffers;
  assert.equal(await inflate(bomb, 4096), null);
  assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000, "it was unpacked");
});

test("a stream that is cut off, damaged, empty or of another format is refused", async () => {
  const stream = deflateSync(Buffer.from("ordonnance ordonnance ordonnance"));
  for (let length = 0; length < stream.length; length++) assert.equal(await inflate(bytes(stream.subarray(0, length)), 4096), null, String(length));
  const damaged = Buffer.from(stream);
  damaged[damaged.length - 1]! ^= 1;
  assert.equal(await inflate(bytes(damaged), 4096), null);
  for (const other of [gzipSync("x"), deflateRawSync("x"), Buffer.from("HC1:")]) assert.equal(await inflate(bytes(other), 4096), null);
});
