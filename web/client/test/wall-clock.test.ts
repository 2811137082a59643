import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const RIGHT = Date.UTC(2026, 10, 29, 12);
const kept = new Map<string, string>();
globalThis.localStorage = {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, value: string) => void kept.set(name, value),
} as unknown as Storage;
let device = 0;
let monotonic = 0;
Date.now = () => device;
performance.now = () => monotonic;

beforeEach(() => kept.clear());

/** The page is awake for this time. */
function pass(ms: number): void {
  device += ms;
  monotonic += ms;
}

test("a device whose clock is wrong shows the server's time, also before it has a link, and after a sleep", async () => {
  // The battery of its clock is empty: it began again in 2010, although it was right when the server told the time.
  device = Date.UTC(2010, 0, 1);
  kept.set("clock", JSON.stringify([0, RIGHT]));
  const { clockAhead, knownNow, setServerTime, wallNow } = await import("../platform/wall-clock.ts");
  assert.deepEqual([wallNow(), knownNow()], [RIGHT, null]);
  pass(MINUTE_MS);
  assert.deepEqual([wallNow(), knownNow()], [RIGHT + MINUTE_MS, null], "it goes on, and gives nothing an age");
  device = RIGHT + DAY_MS;
  assert.equal(knownNow(), device, "somebody has set the clock right");

  for (const wrong_ms of [-365 * DAY_MS, 365 * DAY_MS, 0]) {
    device = RIGHT + wrong_ms;
    setServerTime(RIGHT);
    assert.deepEqual([wallNow(), knownNow(), clockAhead() + wrong_ms], [RIGHT, RIGHT, 0]);
    pass(MINUTE_MS);
    assert.equal(wallNow(), RIGHT + MINUTE_MS);
    device += DAY_MS;
    assert.equal(wallNow(), RIGHT + MINUTE_MS + DAY_MS, "the monotonic clock stood still while the device slept");
    assert.deepEqual(JSON.parse(kept.get("clock")!), [0 - wrong_ms, RIGHT]);
  }
  const before = wallNow();
  setServerTime(undefined);
  assert.equal(wallNow(), before, "a server that tells no time changes nothing");
});

test("a clock that is set right while the page is open changes nothing", async () => {
  const { clockAhead, setServerTime, wallNow } = await import("../platform/wall-clock.ts");
  for (const wrong_ms of [-365 * DAY_MS, 365 * DAY_MS, -2 * 60 * MINUTE_MS]) {
    device = RIGHT + wrong_ms;
    setServerTime(RIGHT);
    pass(DAY_MS);
    device = RIGHT + DAY_MS + MINUTE_MS;
    assert.deepEqual([wallNow(), clockAhead()], [RIGHT + DAY_MS, -MINUTE_MS]);
  }
});

test("a start without a network takes the device's clock if it was set right meanwhile, and the remembered difference if not", async () => {
  const { beforeWelcome } = await import("../platform/wall-clock.ts");
  const year_ms = 365 * DAY_MS;
  const later = RIGHT + DAY_MS;
  assert.equal(beforeWelcome(later, year_ms, RIGHT), later, "it was a year behind");
  assert.equal(beforeWelcome(later, -year_ms, RIGHT), later, "it was a year ahead");
  assert.equal(beforeWelcome(later - year_ms, year_ms, RIGHT), later);
  assert.equal(beforeWelcome(later + year_ms, -year_ms, RIGHT), later);
  assert.equal(beforeWelcome(later, 0, 0), later, "no server has told any time yet");
  assert.equal(beforeWelcome(0, 0, RIGHT), null);
});

test("a welcome that is told again to late listeners does not set the clock back", async () => {
  const { wallNow } = await import("../platform/wall-clock.ts");
  const { FakeServer, WELCOME } = await import("./fake-server.ts");
  const server = new FakeServer();
  const connection = server.connection();
  device = RIGHT - 365 * DAY_MS;
  server.welcome = { ...WELCOME, server_time: RIGHT };
  connection.start();
  await server.clock.pass(50);
  assert.equal(wallNow(), RIGHT);
  pass(10 * MINUTE_MS);
  let heard = 0;
  connection.on("welcome", () => void heard++);
  connection.replay();
  assert.deepEqual([heard, wallNow()], [1, RIGHT + 10 * MINUTE_MS]);
});
