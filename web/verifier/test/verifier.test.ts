/** The state of the page: what is shown, and what is not shown because the user has gone on. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setServerTime } from "../../client/platform/wall-clock.ts";
import { codeOf } from "../../client/workflow/prescription-code.ts";
import { trustList } from "../trust-list.ts";
import { askAgain, goTo, idle, view, result, show, showTyped } from "../verifier.ts";
import { DAY, Issuer, SIGNED, UNTIL, UUID } from "./issuer.ts";
import { answering, holding, requests } from "./server.ts";

const sow = await Issuer.make("Dr Aminata Sow");
const newcomer = await Issuer.make("Dr Nouveau");
const text = await sow.text();

function begin(): void {
  answering(null);
  goTo("start");
  trustList.value = { at: SIGNED, keys: [sow.entry] };
  setServerTime(SIGNED + DAY);
}

test("a text leads to its result, and the server is asked about it alone", async () => {
  begin();
  answering({ state: "valid" });
  await show(text);
  assert.deepEqual([view.value, idle.value], ["result", false]);
  assert.deepEqual([result.value?.verdict.is, result.value?.answer.state], ["authentic", "valid"]);
  assert.equal(requests.length, 1);
  goTo("start");
  assert.deepEqual([result.value, idle.value], [null, true]);
});

test("without a network the result stands, and can be asked about later", async () => {
  begin();
  await show(text);
  assert.deepEqual([result.value?.verdict.is, result.value?.answer.state], ["authentic", "offline"]);
  answering({ state: "cancelled", at: SIGNED });
  await askAgain();
  assert.equal(result.value?.answer.state, "cancelled");
});

test("nothing is asked about what is no prescription that can be believed", async () => {
  begin();
  await show("https");
  assert.equal(result.value?.verdict.is, "not_a_prescription");
  assert.equal(requests.length, 0);
  setServerTime(UNTIL + DAY);
  await show(text);
  assert.equal(result.value?.verdict.is, "expired");
  assert.equal(requests.length, 1);
});

test("a prescription that expires by a date which the server has not told says so", async () => {
  begin();
  setServerTime(UNTIL + 365 * DAY);
  await show(text);
  assert.deepEqual([result.value?.verdict.is, result.value?.isDateDoubtful], ["expired", true]);
});

test("an answer about an earlier prescription does not touch the next one", async () => {
  begin();
  answering({ state: "cancelled" });
  const release = holding();
  const first = show(text);
  while (!result.value) await new Promise((resolve) => setTimeout(resolve, 1));
  answering({ state: "valid" });
  await show(text);
  assert.equal(result.value?.answer.state, "valid");
  release();
  await first;
  assert.equal(result.value?.answer.state, "valid");
});

test("whoever has gone back is not brought to a result", async () => {
  begin();
  const shown = show(text);
  goTo("start");
  await shown;
  assert.deepEqual([view.value, result.value], ["start", null]);
});

test("an unknown key is looked for in a newer list at once", async () => {
  begin();
  answering({ at: SIGNED + DAY, keys: [sow.entry, newcomer.entry] });
  await show(await newcomer.text());
  assert.equal(result.value?.verdict.is, "authentic");
  assert.equal(requests[0], "/api/verifier/keys");
  setServerTime(UNTIL + DAY);
  await show(text);
  assert.deepEqual([result.value?.verdict.is, result.value?.isDateDoubtful], ["expired", false], "the server has told the time with the list");
});

test("without a list nothing is claimed, and the list is waited for", async () => {
  begin();
  trustList.value = null;
  await show(text);
  assert.deepEqual([result.value?.verdict.is, result.value?.hasList], ["unknown_key", false]);
});

test("a typed code shows only the prescription that it names", async () => {
  begin();
  goTo("code");
  assert.equal(await showTyped(text, "00000-00000"), false);
  assert.equal(await showTyped("https", codeOf(UUID)), false);
  assert.deepEqual([view.value, result.value], ["code", null]);
  assert.equal(await showTyped(text, codeOf(UUID)), true);
  assert.deepEqual([view.value, result.value?.verdict.is], ["result", "authentic"]);
});
