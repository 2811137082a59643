import assert from "node:assert/strict";
import { test } from "node:test";
import { listAge } from "../list-age.ts";
import type { TrustedKey } from "../../protocol/prescriptions.ts";
import { readTrustList } from "../trusted-keys.ts";
import { DAY, Issuer, SIGNED } from "./issuer.ts";
import { answering, requests } from "./server.ts";

const kept = new Map<string, string>();
globalThis.localStorage = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value), removeItem: (name: string) => void kept.delete(name) } as Storage;
const { entry } = await Issuer.make("Dr Sow");
kept.set("verifier_keys", JSON.stringify({ at: SIGNED, keys: [entry] }));
const { knownKeys, refreshTrustList, trustList } = await import("../trust-list.ts");

test("the list of the last visit is there at the start, without a network", async () => {
  answering(null);
  await refreshTrustList();
  assert.deepEqual(trustList.value, { at: SIGNED, keys: [entry] });
  assert.deepEqual(await knownKeys(), [entry]);
});

test("a new list replaces it, is kept, and is not asked for twice at once", async () => {
  const withdrawn: TrustedKey = { ...entry, withdrawn: { at: SIGNED, why: "lost" } };
  answering({ at: SIGNED + DAY, keys: [withdrawn] });
  await Promise.all([refreshTrustList(), refreshTrustList()]);
  assert.deepEqual(requests, ["/api/verifier/keys"]);
  assert.deepEqual(trustList.value?.keys, [withdrawn]);
  assert.deepEqual(JSON.parse(kept.get("verifier_keys")!), { at: SIGNED + DAY, keys: [withdrawn] });
  await refreshTrustList(60_000);
  assert.equal(requests.length, 1, "it is fresh");
});

test("an answer that is no list leaves the one that is kept", async () => {
  const before = trustList.value;
  for (const [body, status] of [[{}, 200], [{ code: "internal" }, 500], ["<html>", 200], [{ at: 1, keys: "x" }, 200]] as const) {
    answering(body, status);
    await refreshTrustList();
    assert.equal(trustList.value, before);
  }
});

test("only the list of keys and the clock are kept on the device", () => {
  assert.deepEqual([...kept.keys()].sort(), ["clock", "verifier_keys"]);
});

test("an entry that this page does not understand is left out, and the others stay", () => {
  const others: unknown[] = [
    null,
    7,
    {},
    { ...entry, kid: "AAAA" },
    { ...entry, x: entry.x.slice(1) },
    { ...entry, y: entry.y + "=" },
    { ...entry, name: 7 },
    { ...entry, name: "x".repeat(201) },
    { ...entry, from: "2026" },
    { ...entry, to: undefined },
    { ...entry, withdrawn: { at: 1, why: "suspended" } },
    { ...entry, withdrawn: true },
    { ...entry, order_number: null },
  ];
  const { order_number: _, ...bare } = entry;
  assert.deepEqual(readTrustList({ at: 1, keys: [...others, bare, entry] })?.keys, [bare, entry]);
  for (const list of [null, 7, [], { keys: [] }, { at: "1", keys: [] }]) assert.equal(readTrustList(list), null);
});

test("of a list that is too long the first 2,000 keys are read", () => {
  const keys = Array.from({ length: 2001 }, (_, i) => ({ ...entry, from: i }));
  assert.deepEqual(readTrustList({ at: 1, keys })?.keys, keys.slice(0, 2000));
});

test("a hundred keys take about 20 kB", () => {
  const keys = Array.from({ length: 100 }, () => entry);
  assert.ok(JSON.stringify({ at: SIGNED, keys }).length < 25_000);
});

test("the age of a list says what it means", () => {
  const at = (now: number, known = true) => listAge(SIGNED, { now, known });
  assert.deepEqual(at(SIGNED), { is: "fresh", days: 0 });
  assert.deepEqual(at(SIGNED + 6.9 * DAY), { is: "fresh", days: 6 });
  assert.deepEqual(at(SIGNED + 7 * DAY), { is: "old", days: 7 });
  assert.deepEqual(at(SIGNED - 1000), { is: "fresh", days: 0 });
  assert.deepEqual(at(SIGNED - DAY), { is: "clock" });
  assert.deepEqual(at(SIGNED + DAY, false), { is: "clock" });
  assert.deepEqual(listAge(null, { now: SIGNED, known: true }), { is: "none" });
});
