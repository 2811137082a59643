import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "../../client/test/fake-server.ts";
import type { Connection } from "../../client/signalling/connection.ts";
import type { Entry, RingLine, ServerMessage, Step } from "../../protocol/messages.ts";
import { stepsOf } from "../ring-order.ts";
import { WaitingRequests } from "../waiting.ts";

/** A connection that says what a test hands to it. */
function wire() {
  const heard = new Map<string, (message: never) => void>();
  const connection = { on: (type: string, hear: (message: never) => void) => heard.set(type, hear) } as unknown as Connection;
  return { connection, say: (message: ServerMessage) => heard.get(message.type)?.(message as never) };
}

const entry = (consultation: string, more: Partial<Entry> = {}) =>
  ({ consultation, urgency: "urgent", waited_ms: 0, step: "on_call", ...more }) as Entry;

test("the requests stand by urgency and then by their wait, and leave when they are taken", async () => {
  const { connection, say } = wire();
  const clock = new VirtualClock();
  const waiting = new WaitingRequests(connection, clock);
  const shown = () => waiting.rows.value.map(({ entry: { consultation } }) => consultation);
  say({ type: "queue", entries: [entry("late", { waited_ms: 10 }), entry("early", { waited_ms: 20 })] });
  await clock.pass(100);
  say({ type: "entry", ...entry("stat", { urgency: "stat" }) });
  say({ type: "entry", ...entry("early", { waited_ms: 120, step: "second", postponed_ms: 500 }) });
  assert.deepEqual(shown(), ["stat", "early", "late"]);
  const early = waiting.rows.value[1]!;
  assert.deepEqual([early.since, early.entry.step, early.putOffUntil], [clock.now() - 120, "second", clock.now() + 500]);
  say({ type: "entry_gone", consultation: "stat", by: "Dr Ba" });
  assert.deepEqual(shown(), ["early", "late"]);
  say({ type: "queue", entries: [] });
  assert.deepEqual(shown(), [], "a new welcome replaces what was known");
});

test("the order of a speciality has its first and last step always, and whoever does not ring at the end", () => {
  const line = (doctor: string, step?: Step, speciality: RingLine["speciality"] = "surgery"): RingLine =>
    ({ doctor, speciality, state: "available", ...(step && { step }) });
  const steps = (...lines: RingLine[]) =>
    stepsOf({ lines }, "surgery").map(({ step, lines: own }) => [step, own.map(({ doctor }) => doctor)]);
  assert.deepEqual(steps(line("gone"), line("ba", "second"), line("other", "on_call", "general")), [
    ["on_call", []],
    ["second", ["ba"]],
    ["regional", []],
    [null, ["gone"]],
  ]);
  assert.deepEqual(steps(), [["on_call", []], ["regional", []]]);
});
