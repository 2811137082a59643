/** Slow pictures over a link that loses packets, in virtual time: how long the longest still is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { planFor } from "../pictures/budget.ts";
import { cut, type Message, read, write } from "../pictures/format.ts";
import { Pacer } from "../pictures/pacer.ts";
import { Reassembler } from "../pictures/reassembler.ts";
import { VirtualClock } from "./fake-server.ts";

interface Link {
  bps: number;
  rtt_ms: number;
  loss: number;
  /** The mean length of a burst of losses; 0 for losses by chance. */
  burst_ms: number;
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** True while packets are lost, by time (Gilbert and Elliott) or by chance. */
function lossOf({ loss, burst_ms }: Link, random: () => number): (now: number) => boolean {
  if (!burst_ms) return () => random() < loss;
  let [bad, until] = [false, 0];
  return (now) => {
    while (until <= now) {
      bad = !bad;
      until += -Math.log(1 - random()) * (bad ? burst_ms : (burst_ms * (1 - loss)) / loss);
    }
    return bad;
  };
}

/** The pictures of `minutes`: how many a second were drawn, the longest stills, and the starts. */
function watch(link: Link, minutes: number, seed: number) {
  const clock = new VirtualClock();
  const random = randomOf(seed);
  const [there, back] = [lossOf(link, random), lossOf(link, random)];
  const { fps, pieceBytes } = planFor(link.bps);
  const reassembler = new Reassembler();
  const stills: number[] = [];
  const kept = new Map<number, Uint8Array<ArrayBuffer>[]>();
  let [drawnAt, drawn, starts, frame, key] = [0, 0, 0, 0, true];
  const receive = (message: Message | null) => {
    if (message?.is !== "picture") return;
    const isDrawn = reassembler.add(message, clock.now()).length > 0;
    ask();
    if (!isDrawn) return;
    stills.push(clock.now() - drawnAt);
    drawnAt = clock.now();
    drawn++;
  };
  const carry = (lost: (now: number) => boolean, run: () => void) => lost(clock.now()) || clock.after(link.rtt_ms / 2, run);
  const pacer = new Pacer(clock, { buffered: () => 0, send: (bytes) => void carry(there, () => receive(read(bytes))) }, link.bps);
  const shoot = () => {
    clock.after(1000 / fps, shoot);
    if (!pacer.isFree(110)) return;
    const data = new Uint8Array(key ? 1000 : 60 + Math.round(random() * 100));
    const pieces = cut({ from: 1, key, codec: "av1", size: 0, frame, tick: 0, data }, pieceBytes);
    kept.set(frame, pieces);
    kept.delete(frame - 24);
    frame++;
    key = false;
    pacer.push(pieces);
  };
  const answer = (message: Message | null) => {
    if (message?.is === "start") key = true;
    if (message?.is !== "again") return;
    const pieces = kept.get(message.frame)?.filter((_, i) => (message.missing >> i) & 1);
    if (pieces) pacer.push(pieces, true);
  };
  const ask = () => {
    for (const request of reassembler.requests(clock.now(), link.rtt_ms)) {
      if (request.is === "start") starts++;
      const bytes = write(request.is === "start" ? { ...request, from: 2, to: 1, codecs: ["av1"] } : { ...request, from: 2, to: 1 });
      carry(back, () => answer(read(bytes)));
    }
  };
  const look = () => {
    clock.after(100, look);
    ask();
  };
  shoot();
  look();
  clock.passAtOnce(minutes * 60_000);
  return { perSecond: drawn / minutes / 60, stills: stills.sort((a, b) => b - a), starts };
}

const P3: Link = { bps: 8_500, rtt_ms: 300, loss: 0.05, burst_ms: 80 };
const P4: Link = { bps: 4_000, rtt_ms: 600, loss: 0.02, burst_ms: 0 };
const MINUTES = 60;

for (const { name, link, perSecond, still_ms } of [
  { name: "64 kbit/s, 5 % lost in bursts", link: P3, perSecond: 3.3, still_ms: 2000 },
  { name: "40 kbit/s by satellite, 2 % lost", link: P4, perSecond: 1.8, still_ms: 3000 },
])
  test(`${name}: hardly any still is longer than ${still_ms / 1000} s`, () => {
    const seen = watch(link, MINUTES, 1);
    assert.ok(seen.perSecond >= perSecond, `${seen.perSecond} a second`);
    const long = seen.stills.filter((ms) => ms > still_ms);
    assert.ok(long.length <= MINUTES / 10, `${long.length} in an hour, the longest ${long[0]} ms`);
    assert.ok(seen.starts <= MINUTES / 10, `${seen.starts} starts`);
  });
