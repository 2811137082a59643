import assert from "node:assert/strict";
import { test } from "node:test";
import { PlayoutDelay } from "../webrtc/playout-delay.ts";

/** A voice that is played each 250 ms, `late_ms` after it was spoken. */
function voice(delay: PlayoutDelay, first = 0) {
  let at = 5000;
  return (late_ms: number, passes_ms = 250) => {
    at += passes_ms;
    return delay.update([{ timestamp: at + late_ms, rtpTimestamp: first + at * 48 }]);
  };
}

test("the growth of the delay is measured", () => {
  const played = voice(new PlayoutDelay());
  for (let i = 0; i < 20; i++) assert.ok(played(300 + (i % 3) * 40) <= 80, "what a packet lasts is no wait");
  assert.equal(played(900), 600);
  assert.equal(played(300), 0, "and early again");
});

test("nothing is reported without new playout, or for a voice that has just begun", () => {
  const delay = new PlayoutDelay();
  const played = voice(delay);
  played(300);
  assert.equal(played(900), 600);
  assert.equal(played(700), 400);
  assert.equal(delay.update([]), 0);
  assert.equal(voice(delay, 1_000_000)(4000), 0, "on another clock");
});

test("of several voices the one that was played last counts", () => {
  const delay = new PlayoutDelay();
  const look = (...voices: [timestamp: number, rtpTimestamp: number][]) =>
    delay.update(voices.map(([timestamp, rtpTimestamp]) => ({ timestamp, rtpTimestamp })));
  look([1000, 0]);
  assert.equal(look([900, 700_000], [1700, 9600]), 500);
});

test("a delay that stays, or grows slowly, is not reported", () => {
  const played = voice(new PlayoutDelay());
  for (let i = 0; i < 12; i++) played(300);
  const seen = Array.from({ length: 24 }, () => played(800));
  assert.deepEqual([seen[0], seen.at(-1)], [500, 0]);
  assert.ok(seen.filter((late_ms) => late_ms > 0).length * 250 <= 3000);
  for (let late_ms = 800; late_ms < 1600; late_ms += 20) assert.ok(played(late_ms) < 400);
});

test("a repeated call reports nothing new", () => {
  const delay = new PlayoutDelay();
  const look = { timestamp: 1000, rtpTimestamp: 0 };
  delay.update([look]);
  delay.update([{ ...look, timestamp: 2000, rtpTimestamp: 9600 }]);
  assert.equal(delay.update([{ ...look, timestamp: 2000, rtpTimestamp: 9600 }]), 0);
});
