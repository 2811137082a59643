import assert from "node:assert/strict";
import { test } from "node:test";
import { askStatus, readStatus } from "../status.ts";
import { UUID } from "./issuer.ts";
import { answering, requests } from "./server.ts";

test("the server is asked by the identifier alone", async () => {
  answering({ state: "cancelled", at: 5, more: 1 });
  assert.deepEqual(await askStatus(UUID), { state: "cancelled", at: 5 });
  assert.deepEqual(requests, ["/api/verifier/prescriptions/00112233-4455-6677-8899-aabbccddeeff"]);
});

test("no network and no answer are told apart", async () => {
  answering(null);
  assert.deepEqual(await askStatus(UUID), { state: "offline" });
  for (const status of [404, 429, 500, 503]) {
    answering({ code: "internal" }, status);
    assert.deepEqual(await askStatus(UUID), { state: "unanswered" }, String(status));
  }
});

test("an answer that this page does not understand is none", () => {
  for (const value of [null, undefined, 7, "valid", {}, { state: "asking" }, { state: "offline" }, { state: "dispensed" }]) assert.deepEqual(readStatus(value), { state: "unanswered" });
  const act = { act: "a", at: 1, place: "Poste", lines: [{ line: 0, quantity: 5 }] };
  assert.deepEqual(readStatus({ state: "valid", dispensed: [act] }), { state: "valid", dispensed: [act] });
  for (const not of [{ ...act, lines: [{ line: 0, quantity: -1 }] }, { ...act, place: 7 }, null]) assert.deepEqual(readStatus({ state: "valid", dispensed: [act, not] }), { state: "unanswered" });
  assert.deepEqual(readStatus({ state: "valid" }), { state: "valid" });
  assert.deepEqual(readStatus({ state: "unknown", at: "x" }), { state: "unknown" });
});
