/** When the server is asked about a draft: after a change, after a link that was lost, and after a question without an answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals";
import { ApiError } from "../../client/signalling/session.ts";
import type { CheckedDraft } from "../../protocol/prescriptions.ts";
import { DraftChecks } from "../prescription/editor/checks.ts";
import { blank, lineOf, type TypedPrescription } from "../prescription/typed.ts";

const line = { ...lineOf({ other: "Fosfomycine 3 g" }), days: "1" };
const of = (directions: string): TypedPrescription => ({ ...blank(), lines: [{ ...line, directions }] });
const finding = { line: 0, kind: "allergy", blocks: false } as unknown as CheckedDraft["findings"][number];

/** A page whose time passes when the test says so, and a server that answers, or fails with a code. */
function page() {
  const state = signal({ at: "ready" });
  const asked: (string | undefined)[] = [];
  let [time, code] = [0, ""];
  const waiting = new Map<() => void, number>();
  const clock = {
    now: () => time,
    after: (delay_ms: number, run: () => void) => {
      const once = () => run();
      waiting.set(once, time + delay_ms);
      return () => void waiting.delete(once);
    },
  };
  const ask = async ({ lines }: { lines: readonly { directions?: string }[] }) => {
    asked.push(lines[0]?.directions);
    if (code) throw new ApiError(code);
    return { findings: [finding], signable: true } as unknown as CheckedDraft;
  };
  const checks = new DraftChecks("c", { state, clock, ask });
  const pass = async (ms: number) => {
    time += ms;
    for (const [run, at] of waiting) if (at <= time) (waiting.delete(run), run());
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { state, asked, checks, pass, fails: (with_: string) => void (code = with_), stop: checks.follow() };
}

test("a draft is checked a moment after the last keystroke, and one without a drug is not", async () => {
  const { asked, checks, pass } = page();
  checks.about(blank());
  await pass(1000);
  checks.about(of("1"));
  await pass(300);
  checks.about(of("1 sachet"));
  await pass(300);
  assert.deepEqual(asked, []);
  await pass(300);
  assert.deepEqual(asked, ["1 sachet"]);
  assert.deepEqual(checks.questions.value.map((one) => one.line), [line.key]);
  checks.about(of("1 sachet"));
  await pass(100_000);
  assert.equal(asked.length, 1, "the same draft is not asked about twice on one connection");
});

test("a draft that was changed without a network is checked when it is back", async () => {
  const { state, asked, checks, pass } = page();
  checks.about(of("1 sachet"));
  await pass(600);
  state.value = { at: "lost" };
  checks.about(of("2 sachets"));
  await pass(60_000);
  assert.deepEqual(asked, ["1 sachet"]);
  state.value = { at: "ready" };
  await pass(600);
  assert.deepEqual(asked, ["1 sachet", "2 sachets"]);
});

test("an old answer is asked for again when the network is back, and a link that flaps asks nothing", async () => {
  const { state, asked, checks, pass } = page();
  const reconnect = () => ((state.value = { at: "lost" }), (state.value = { at: "ready" }));
  checks.about(of("1 sachet"));
  await pass(600);
  for (let time = 0; time < 3; time++) {
    reconnect();
    await pass(1000);
  }
  assert.equal(asked.length, 1);
  await pass(60_000);
  assert.equal(asked.length, 1, "nothing is asked while nothing happens");
  reconnect();
  await pass(600);
  assert.equal(asked.length, 2);
});

test("a question that was not answered is asked again, with the same connection and with the next one", async () => {
  const { state, asked, checks, pass, fails } = page();
  fails("offline");
  checks.about(of("1 sachet"));
  await pass(600);
  assert.ok(checks.fault.value);
  await pass(15_000);
  assert.equal(asked.length, 2);
  state.value = { at: "lost" };
  await pass(60_000);
  assert.equal(asked.length, 2, "never without a network");
  fails("");
  state.value = { at: "ready" };
  await pass(600);
  assert.deepEqual([asked.length, checks.fault.value, checks.questions.value.length], [3, null, 1]);
});

test("a refusal of the draft stands until the draft changes", async () => {
  const { asked, checks, pass, fails } = page();
  fails("prescription_line");
  checks.about(of("1 sachet"));
  await pass(600);
  await pass(100_000);
  assert.equal(asked.length, 1);
  assert.ok(checks.fault.value);
});

test("an editor that was closed asks nothing any more", async () => {
  const { state, asked, checks, pass, stop } = page();
  checks.about(of("1 sachet"));
  stop();
  state.value = { at: "lost" };
  state.value = { at: "ready" };
  await pass(60_000);
  assert.deepEqual(asked, []);
});
