import assert from "node:assert/strict";
import { test } from "node:test";
import { Liveness } from "../quality/liveness.ts";
import { VirtualClock } from "./fake-server.ts";

/**
 * A link whose answers take `rtt` milliseconds, and a voice; both can be cut. It is updated when it asks for that,
 * and each 500 ms.
 */
function rig(rtt = 100) {
  const clock = new VirtualClock();
  const link = {
    heardAt: clock.now(),
    known: rtt as number | null,
    up: true,
    asked: [] as number[],
    gaveUpAt: [] as number[],
    rtt: () => link.known,
    ping: () => {
      link.asked.push(clock.now());
      if (link.up) clock.after(rtt, () => link.up && (link.heardAt = clock.now()));
    },
    lost: () => void link.gaveUpAt.push(clock.now()),
  };
  const voice = { at: clock.now(), every: 60, flows: true };
  const speak = () => {
    if (voice.flows && link.up) voice.at = clock.now();
    clock.after(voice.every, speak);
  };
  speak();
  const liveness = new Liveness(clock, link);
  const look = () => void clock.after(Math.min(500, liveness.update(voice.at)), look);
  look();
  return { clock, link, voice, liveness };
}

test("while packets come nothing is asked, not even in pauses of speech", async () => {
  const { clock, link, voice } = rig();
  await clock.pass(10_000);
  voice.every = 400;
  await clock.pass(60_000);
  assert.deepEqual([link.asked, link.gaveUpAt], [[], []]);
});

test("a dead link is declared lost within 2 s, on a quick link and over a satellite", async () => {
  for (const rtt of [20, 300, 600, 700]) {
    const { clock, link, voice } = rig(rtt);
    voice.every = 400;
    await clock.pass(20_000);
    const cut = clock.now();
    link.up = false;
    await clock.pass(2000);
    assert.equal(link.gaveUpAt.length, 1);
    const after = link.gaveUpAt[0]! - cut;
    assert.ok(after > 1000, `${rtt} ms: after ${after} ms`);
  }
});

test("silence of the others is no outage, because answers prove the link, and a slow answer is waited for", async () => {
  const { clock, link, voice } = rig(600);
  voice.flows = false;
  await clock.pass(20_000);
  assert.deepEqual(link.gaveUpAt, []);
  assert.ok(link.asked.length >= 10 && link.asked.length <= 16, `${link.asked.length} beats in 20 s`);
  const cut = clock.now();
  link.up = false;
  await clock.pass(4000);
  const after = link.gaveUpAt[0]! - cut;
  assert.ok(after < 3300, `after ${after} ms`);
});

test("one packet ends the wait for an answer", async () => {
  const { clock, link, voice } = rig(1000);
  await clock.pass(5000);
  link.up = false;
  await clock.pass(1500);
  assert.equal(link.asked.length, 1);
  link.up = true;
  await clock.pass(10_000);
  assert.deepEqual(link.gaveUpAt, []);
  assert.equal(voice.at, clock.now() - ((clock.now() - voice.at) % voice.every));
});

test("an unknown round trip counts as a long one", async () => {
  const { clock, link } = rig();
  link.known = null;
  await clock.pass(5000);
  link.up = false;
  const cut = clock.now();
  await clock.pass(2100);
  assert.deepEqual(link.gaveUpAt, []);
  await clock.pass(100);
  const after = link.gaveUpAt[0]! - cut;
  assert.ok(after > 2100 && after <= 2200, `after ${after} ms`);
});

test("a page that slept asks again before it declares the link lost", async () => {
  const { clock, link } = rig();
  await clock.pass(5000);
  link.up = false;
  await clock.pass(1000);
  clock.sleep(60_000);
  link.up = true;
  await clock.pass(5000);
  assert.deepEqual(link.gaveUpAt, []);
});
