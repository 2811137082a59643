import assert from "node:assert/strict";
import { test } from "node:test";
import type { Advice, Step } from "../../protocol/messages.ts";
import { correctionOf } from "../workflow/advice.ts";
import { ringing } from "../workflow/wait.ts";

const STEPS: Step[] = ["on_call", "second", "regional", "nobody"];

test("no combination of step and rung doctors says that a device rings while none does", () => {
  for (const step of STEPS)
    for (const rung of [0, 1, 7]) {
      const said = ringing({ step, rung });
      assert.equal(said === "no_one", rung === 0, `${step} ${rung}`);
      if (rung) assert.equal(said, step === "nobody" ? "all" : step);
    }
});

test("the last correction of a text counts, and none is one of itself or of another consultation", () => {
  const advice = (revision: number, at: number, replaces?: number, consultation = "a"): Advice => ({
    consultation,
    revision,
    text: String(revision),
    by: "Dr Awa",
    at,
    ...(replaces !== undefined && { replaces }),
  });
  const first = advice(1, 10);
  const all = [first, advice(2, 20, 1), advice(3, 30, 1), advice(4, 40, 1, "b")];
  assert.equal(correctionOf(first, all)?.revision, 3);
  assert.equal(correctionOf(all[2]!, all), null);
});
