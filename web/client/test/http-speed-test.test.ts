import assert from "node:assert/strict";
import { test } from "node:test";
import { type LinkCapacity, testSpeed } from "../quality/http-speed-test.ts";

const IDLE = new AbortController().signal;

/**
 * The result on a link with the given kbit/s each way; `lose` tells which exchanges are lost once and repeated after
 * a second.
 */
async function seen(up_kbps: number, down_kbps: number, rtt_ms: number, lose: number[] = []): Promise<LinkCapacity[]> {
  let now = 0;
  let exchange = 0;
  const move = (kbps: number) => async (bytes: number) => {
    now += rtt_ms + (bytes * 8) / kbps + (lose.includes(exchange++) ? 1000 : 0);
  };
  const told: LinkCapacity[] = [];
  const ports = { now: () => now, up: move(up_kbps), down: move(down_kbps) };
  await testSpeed(ports, IDLE, (link) => told.push(link));
  return told;
}

const near = (bps: number, kbps: number) => Math.abs(bps / 1000 / kbps - 1) < 0.1;

test("estimates both directions of a thin link and of a fast one", async () => {
  for (const [up, down, rtt] of [
    [24, 24, 300],
    [40, 40, 600],
    [48, 256, 100],
    [900, 900, 40],
  ] as const) {
    const last = (await seen(up, down, rtt)).at(-1)!;
    assert.ok(near(last.up_bps, up) && near(last.down_bps, down), `${up}/${down}: ${JSON.stringify(last)}`);
  }
});

test("a lost packet only makes a link look thinner, and the second round corrects that", async () => {
  const told = await seen(40, 40, 600, [4]);
  assert.ok(told[0]!.down_bps < 20_000);
  assert.ok(near(told[1]!.down_bps, 40));
});

test("repeated first requests do not make the link look fast", async () => {
  const told = await seen(24, 24, 300, [0, 1]);
  assert.ok(near(told[0]!.up_bps, 24) && near(told[0]!.down_bps, 24), JSON.stringify(told[0]));
});

test("stops when something else needs the link", async () => {
  const away = AbortSignal.abort();
  const ports = {
    now: () => 0,
    up: async () => {},
    down: async (_: number, signal: AbortSignal) => signal.throwIfAborted(),
  };
  await assert.rejects(testSpeed(ports, away, () => assert.fail("nothing was seen")));
});
