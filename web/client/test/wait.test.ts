import assert from "node:assert/strict";
import { test } from "node:test";
import type { Advice, Step } from "../../protocol/messages.ts";
import { correctionOf, replacedBy, standing } from "../workflow/advice.ts";
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
  assert.equal(correctionOf(first, [...all].reverse())?.revision, 3, "the newest first");
});

test("what stands is what nothing replaced, and it names all that it replaces", () => {
  const advice = (revision: number, at: number, replaces?: number): Advice => ({
    consultation: "a",
    revision,
    text: String(revision),
    by: "Dr Awa",
    at,
    ...(replaces !== undefined && { replaces }),
  });
  const numbers = (list: Advice[]) => list.map(({ revision }) => revision);
  // The third corrects the correction of the first, and two correct the fourth.
  const all = [advice(1, 10), advice(2, 20, 1), advice(3, 30, 2), advice(4, 40), advice(5, 50, 4), advice(6, 60, 4), advice(7, 70)];
  for (const list of [all, [...all].reverse()]) {
    assert.deepEqual(numbers(standing(list)), [3, 6, 7]);
    assert.deepEqual(standing(list).map((one) => numbers(replacedBy(one, list))), [[1, 2], [4, 5], []]);
  }
  // Two corrections of one moment that name each other do not turn for ever.
  const circle = [advice(1, 10, 2), advice(2, 10, 1)];
  assert.deepEqual([standing(circle), numbers(replacedBy(circle[0]!, circle)).sort()], [[], [1, 2]]);
});
