import assert from "node:assert/strict";
import { test } from "node:test";

const DAY_MS = 86_400_000;
const RIGHT = Date.UTC(2026, 10, 29, 12);
const kept = new Map<string, string>();
globalThis.localStorage = {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
} as unknown as Storage;
let device = 0;
Date.now = () => device;

test("a device whose clock is wrong shows the server's time, also before it has a link", async () => {
  // The battery of its clock is empty: it began again in 2010, although it was right when the server told the time.
  device = Date.UTC(2010, 0, 1);
  kept.set("clock", JSON.stringify([0, RIGHT]));
  const { clockAhead, setServerTime, wallNow } = await import("../platform/wall-clock.ts");
  assert.equal(wallNow(), RIGHT);
  device += 60_000;
  assert.equal(wallNow(), RIGHT + 60_000);

  for (const wrong_ms of [-365 * DAY_MS, 365 * DAY_MS, 0]) {
    device = RIGHT + wrong_ms;
    setServerTime(RIGHT);
    assert.deepEqual([wallNow(), clockAhead() + wrong_ms], [RIGHT, 0]);
    device += DAY_MS;
    assert.equal(wallNow(), RIGHT + DAY_MS);
    assert.deepEqual(JSON.parse(kept.get("clock")!), [0 - wrong_ms, RIGHT]);
  }
  device = RIGHT + 5 * DAY_MS;
  setServerTime(undefined);
  assert.equal(wallNow(), device, "a server that tells no time changes nothing");
});
