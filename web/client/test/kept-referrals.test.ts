/** The copies of evacuations on the device. */

import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { SealedStore } from "../offline/sealed-store.ts";
import { allKept, keep } from "../workflow/kept-referrals.ts";
import { AT, accepted, completed, enRoute, MINUTE_MS, referral } from "./referral.ts";

let owners = 0;
const disk = () => new SealedStore(`referrals-${++owners}`);
const states = async (store: SealedStore) => (await allKept(store)).map(({ order, state }) => [order.referral.slice(0, 8), state]);

test("what is kept is read without a network, and an older state does not come back", async () => {
  const store = disk();
  await Promise.all([keep(store, [referral(2)]), keep(store, [enRoute()]), keep(store, [accepted()])]);
  assert.deepEqual(await states(store), [["01234561", "en_route"], ["01234562", "requested"]]);
  await keep(store, [completed()]);
  assert.equal((await allKept(store))[0]?.counter_referral?.by, "Dr Sy");
});

test("what is damaged or of another kind is left out", async () => {
  const store = disk();
  await store.put("kept", "referral x", "damaged");
  await store.put("kept", "seen referrals", ["a"]);
  await store.put("kept", "prescriptions 1", [referral(3)]);
  await keep(store, [referral(1)]);
  assert.deepEqual(await states(store), [["01234561", "requested"]]);
});

test("the device keeps fifty, and forgets first what is over", async () => {
  const store = disk();
  const nth = (n: number) => referral(1, { state: n < 5 ? "completed" : "requested" }, { referral: `r${n}`, at: AT + n * MINUTE_MS });
  await keep(store, Array.from({ length: 54 }, (_, n) => nth(n)));
  const found = (await allKept(store)).map(({ order }) => order.referral);
  assert.deepEqual([found.length, found[0], found[1]], [50, "r4", "r5"], "one that is over, and all that are not");
});

test("a disk that fails loses nothing of what follows, and says so to whoever reads it", async () => {
  const store = disk();
  const { put, list } = store;
  store.put = () => Promise.reject(new Error("full"));
  await keep(store, [referral(1)]);
  store.put = put;
  await keep(store, [referral(2)]);
  assert.deepEqual(await states(store), [["01234562", "requested"]]);
  store.list = () => Promise.reject(new Error("damaged"));
  await assert.rejects(allKept(store));
  store.list = list;
});
