import { signal } from "@preact/signals";
import assert from "node:assert/strict";
import { test } from "node:test";
import { gateOf, type GateState, StaffPresence } from "../staff-presence.ts";

const MINUTE_MS = 60_000;

/** A tablet with clocks that the test turns. */
function tablet() {
  const [now, inCall] = [signal(0), signal(false)];
  let wall = Date.UTC(2028, 1, 29);
  const staff = new StaffPresence({ now: () => now.value, wallClock: () => wall, inCall: () => inCall.value });
  const sleep = (ms: number) => void (wall += ms);
  const pass = (ms: number) => {
    sleep(ms);
    now.value += ms;
  };
  return { staff, inCall, pass, sleep, tick: () => void (now.value += 1) };
}

test("two minutes without a touch close the texts, and each touch before prolongs them", () => {
  const { staff, pass } = tablet();
  assert.equal(staff.isHere.value, false, "at the start of the page");
  staff.touched();
  assert.equal(staff.isHere.value, false, "a touch is no proof");
  staff.came();
  pass(2 * MINUTE_MS - 1);
  assert.equal(staff.isHere.value, true);
  staff.touched();
  pass(2 * MINUTE_MS - 1);
  assert.equal(staff.isHere.value, true, "touched");
  pass(1);
  assert.equal(staff.isHere.value, false);
  staff.touched();
  assert.equal(staff.isHere.value, false, "whoever comes later opens nothing by a touch");
});

test("a consultation keeps the texts open without a touch, and its end begins two minutes", () => {
  const { staff, inCall, pass } = tablet();
  inCall.value = true;
  pass(30 * MINUTE_MS);
  assert.equal(staff.isHere.value, true);
  inCall.value = false;
  pass(2 * MINUTE_MS - 1);
  assert.equal(staff.isHere.value, true);
  pass(1);
  assert.equal(staff.isHere.value, false);
});

test("a tablet that slept shows nothing when it wakes, although its steady clock stood still", () => {
  const { staff, sleep, tick } = tablet();
  staff.came();
  sleep(60 * MINUTE_MS);
  staff.touched();
  tick();
  assert.equal(staff.isHere.value, false);
});

test("a wall clock that was set back does not keep the texts open", () => {
  const { staff, sleep, pass } = tablet();
  staff.came();
  sleep(-60 * MINUTE_MS);
  pass(2 * MINUTE_MS);
  assert.equal(staff.isHere.value, false);
});

test("in no state are texts shown of a tablet with a PIN unless its staff is there, and every state has a way on", () => {
  for (let bits = 0; bits < 64; bits++) {
    const [isSet, isHere, evenUnset, mayChoose, forgotten, enrolled] = [0, 1, 2, 3, 4, 5].map((bit) => (bits >> bit) % 2 === 1) as [
      boolean, boolean, boolean, boolean, boolean, boolean,
    ];
    const state: GateState = { isSet, isHere, evenUnset, mayChoose, forgotten, enrolled };
    const gate = gateOf(state);
    const shows = gate === "open" || gate === "offer";
    const told = JSON.stringify(state);
    assert.equal(shows, isSet ? isHere : evenUnset, told);
    if (gate === "choose" && isSet) assert.ok(forgotten && enrolled, `a PIN is replaced only after an operator's code: ${told}`);
    if (gate === "choose" && !isSet) assert.ok(mayChoose || (forgotten && enrolled), told);
    if (gate === "ask") assert.ok(isSet && !forgotten, `a PIN that is not there is asked for: ${told}`);
    if (gate === "code") assert.ok(!isSet || forgotten, told);
  }
});

test("the way of a forgotten PIN: ask, the operator's code, choose, open", () => {
  const state = { isSet: true, isHere: false, evenUnset: false, mayChoose: false, forgotten: false, enrolled: false };
  assert.equal(gateOf(state), "ask");
  assert.equal(gateOf({ ...state, enrolled: true, mayChoose: true }), "ask", "an enrolment of before opens no PIN");
  assert.equal(gateOf({ ...state, forgotten: true }), "code");
  assert.equal(gateOf({ ...state, forgotten: true, enrolled: true }), "choose");
  assert.equal(gateOf({ ...state, isHere: true }), "open");
});
