import assert from "node:assert/strict";
import { test } from "node:test";
import { TokenBucket, OVERHEAD, planFor } from "../pictures/budget.ts";
import { Reassembler, DelayEstimate } from "../pictures/reassembler.ts";
import { Pacer } from "../pictures/pacer.ts";
import { cropOf, regionAt, RegionWish, ShownRegion } from "../pictures/region.ts";
import { SeenPictures } from "../pictures/seen.ts";
import { COPY, Stillness } from "../pictures/stillness.ts";
import { ahead, cut, type Message, type Piece, PIECE_BYTES, PIECES, read, write } from "../pictures/format.ts";
import { VirtualClock } from "./fake-server.ts";

const bytes = (length: number, value = 7) => new Uint8Array(length).fill(value);
const picture = (frame: number, more: Partial<Piece> = {}): Piece => ({
  is: "picture",
  from: 1,
  key: false,
  codec: "av1",
  size: 0,
  frame,
  piece: 0,
  pieces: 1,
  tick: 0,
  data: bytes(3, frame),
  ...more,
});
const key = (frame: number, more: Partial<Piece> = {}) => picture(frame, { key: true, ...more });

test("every message is read as it was written", () => {
  const said: Message[] = [
    picture(65_535, { from: 0xfffe, key: true, codec: "vp8", size: 3, piece: 15, pieces: 16, tick: 65_535 }),
    picture(0, { key: true, codec: "jpeg", data: bytes(PIECE_BYTES) }),
    { is: "end", from: 2 },
    { is: "start", from: 2, to: 3, codecs: ["av1", "webp"] },
    { is: "again", from: 2, to: 3, frame: 9, missing: 0x8001 },
    { is: "look", from: 2, to: 3, region: { x: 51 / 255, y: 1 } },
    { is: "look", from: 2, to: 3, region: null },
    { is: "looking", from: 3, region: { x: 0, y: 102 / 255 } },
    { is: "looking", from: 3, region: null },
  ];
  for (const message of said) assert.deepEqual(read(write(message)), message);
  assert.equal(write(said[1]!).length, 9 + PIECE_BYTES);
});

test("anything that is not exactly a message reads as null", () => {
  const good = write(key(1));
  const spoiled = (at: number, value: number) => good.map((byte, i) => (i === at ? value : byte));
  assert.equal(read(good.subarray(0, 9)), null, "no picture in it");
  assert.equal(read(bytes(PIECE_BYTES + 10, 0x11)), null, "too long");
  assert.equal(read(spoiled(0, 0x21)), null, "another version");
  assert.equal(read(spoiled(0, 0x15)), null, "an unknown kind");
  assert.equal(read(spoiled(1, 0xf0)), null, "an unknown codec");
  assert.equal(read(spoiled(1, 0x0f)), null, "an unknown size");
  assert.equal(read(spoiled(6, 0x10)), null, "a piece beyond the last");
  assert.equal(read(write(picture(1, { codec: "webp" }))), null, "a still that leans on another");
  assert.equal(read(bytes(0)), null);
  assert.equal(read(write({ is: "end", from: 1 }).subarray(0, 3)), null);
  assert.equal(read(write({ is: "again", from: 1, to: 2, frame: 3, missing: 0 })), null);
  const look = write({ is: "look", from: 1, to: 2, region: null });
  assert.equal(read(look.subarray(0, 7)), null);
  assert.equal(read(look.with(1, 2)), null, "a part of another kind");
});

test("the parser never throws, and never reads beyond its input", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647);
  for (let i = 0; i < 20_000; i++) {
    const noise = Uint8Array.from({ length: random() % 40 }, () => random());
    if (noise.length) noise[0] = 0x10 | (noise[0]! & 7);
    const message = read(noise);
    if (message?.is === "picture") assert.ok(message.piece < message.pieces && message.data.length < 40);
  }
});

test("a picture is cut into pieces of about the same length, and never into too many", () => {
  const whole = { from: 1, key: true, codec: "av1", size: 0, frame: 5, tick: 0 } as const;
  const lengths = (length: number, most: number) => cut({ ...whole, data: bytes(length) }, most).map((m) => m.length - 9);
  assert.deepEqual(lengths(300, 400), [300]);
  assert.deepEqual(lengths(900, 400), [300, 300, 300]);
  assert.equal(lengths(5_000, 300).length, 16, "rather longer pieces than too many");
  assert.ok(lengths(17_000, 300).every((length) => length <= PIECE_BYTES));
  assert.deepEqual(lengths(PIECE_BYTES * PIECES + 1, 300), [], "too long for any of these links");
  for (let length = 1; length < 6_000; length += 7) {
    const pieces = cut({ ...whole, data: bytes(length) }, 300).map((message) => read(message) as Piece);
    assert.deepEqual(pieces.map(({ piece }) => piece), pieces.map((_, i) => i));
    assert.ok(pieces.every((piece) => piece.pieces === pieces.length));
    assert.equal(pieces.reduce((sum, { data }) => sum + data.length, 0), length);
  }
});

test("picture numbers are compared across the wrap-around", () => {
  assert.equal(ahead(2, 65_534), 4);
  assert.equal(ahead(65_534, 2), -4);
});

test("pictures are drawn in order, early ones wait, and repeated ones are drawn once", () => {
  const reassembler = new Reassembler();
  const take = (piece: Piece) => reassembler.add(piece, 0).map(({ frame }) => frame);
  assert.deepEqual(take(picture(9)), [], "nothing to draw it on");
  assert.deepEqual(take(key(10)), [10]);
  assert.deepEqual(take(picture(11)), [11]);
  assert.deepEqual(take(picture(13)), []);
  assert.deepEqual(take(picture(12)), [12, 13]);
  assert.deepEqual(take(picture(12)), []);
  assert.deepEqual(take(picture(14, { piece: 1, pieces: 2 })), []);
  assert.deepEqual(take(picture(14, { piece: 1, pieces: 2 })), []);
  assert.deepEqual(take(picture(14, { piece: 0, pieces: 2 })), [14]);
  assert.equal(reassembler.lost, 0);
});

test("the picture number wraps around", () => {
  const reassembler = new Reassembler();
  const drawn = [65_534, 65_535, 0, 1].flatMap((n) => reassembler.add(n === 65_534 ? key(n) : picture(n), 0));
  assert.deepEqual(drawn.map(({ frame }) => frame), [65_534, 65_535, 0, 1]);
});

test("pieces that contradict each other are counted and ignored", () => {
  const reassembler = new Reassembler();
  reassembler.add(key(1, { piece: 0, pieces: 2 }), 0);
  assert.deepEqual(reassembler.add(key(1, { piece: 2, pieces: 3 }), 0), []);
  assert.equal(reassembler.bad, 1);
});

test("a lost picture is asked for four times, then a new start once in two seconds", () => {
  const reassembler = new Reassembler();
  reassembler.add(key(1), 0);
  reassembler.add(picture(3), 200);
  assert.deepEqual(reassembler.requests(200, 300), [], "it may have been overtaken");
  assert.deepEqual(reassembler.requests(270, 300), [{ is: "again", frame: 2, missing: 0xffff }]);
  assert.deepEqual(reassembler.requests(680, 300), [], "an answer takes a round trip and its turn");
  for (const now of [690, 1_110, 1_530])
    assert.deepEqual(reassembler.requests(now, 300), [{ is: "again", frame: 2, missing: 0xffff }]);
  assert.deepEqual(reassembler.requests(1_900, 300), []);
  assert.deepEqual(reassembler.requests(2_100, 300), [{ is: "start" }]);
  reassembler.add(picture(4), 2_200);
  assert.deepEqual(reassembler.requests(2_200, 300), []);
  assert.deepEqual(reassembler.requests(4_000, 300), []);
  assert.deepEqual(reassembler.requests(4_100, 300), [{ is: "start" }]);
  assert.deepEqual(reassembler.add(key(9), 4_150).map(({ frame }) => frame), [9]);
  assert.equal(reassembler.lost, 7, "2 to 8");
  assert.deepEqual(reassembler.requests(9_000, 300), []);
});

test("a repaired picture releases those that waited for it", () => {
  const reassembler = new Reassembler();
  reassembler.add(key(1), 0);
  reassembler.add(picture(3), 200);
  reassembler.add(picture(4, { piece: 1, pieces: 2 }), 400);
  assert.deepEqual(reassembler.requests(500, 300), []);
  assert.deepEqual(reassembler.requests(600, 300), [{ is: "again", frame: 2, missing: 0xffff }]);
  assert.deepEqual(reassembler.add(picture(2), 900).map(({ frame }) => frame), [2, 3]);
  assert.deepEqual(reassembler.requests(901, 300), [], "the second piece may still be on its way");
  reassembler.requests(1_200, 300);
  assert.deepEqual(reassembler.requests(1_300, 300), [{ is: "again", frame: 4, missing: 1 }]);
});

test("too many lost pictures are not asked for, and no second start while one comes in", () => {
  const reassembler = new Reassembler();
  reassembler.add(key(1), 0);
  reassembler.add(picture(20), 5_000);
  assert.deepEqual(reassembler.requests(5_000, 300), [{ is: "start" }]);
  reassembler.add(key(21, { piece: 0, pieces: 3 }), 6_900);
  assert.deepEqual(reassembler.requests(7_500, 300), []);
  reassembler.add(key(21, { piece: 1, pieces: 3 }), 8_000);
  assert.deepEqual(reassembler.requests(9_400, 300), []);
  const drawn = reassembler.add(key(21, { piece: 2, pieces: 3 }), 9_450);
  assert.deepEqual(drawn.map(({ frame }) => frame), [21]);
});

test("a sender that was reloaded counts from another number, and its start is followed", () => {
  const reassembler = new Reassembler();
  reassembler.add(key(40_000), 0);
  assert.deepEqual(reassembler.add(picture(100), 10), []);
  assert.deepEqual(reassembler.add(key(101), 20).map(({ frame }) => frame), [101]);
  assert.deepEqual(reassembler.add(picture(102), 30).map(({ frame }) => frame), [102]);
});

test("under any loss, order and repetition only decodable pictures are drawn", () => {
  let seed = 11;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const reassembler = new Reassembler();
  let last: number | null = null;
  let drawn = 0;
  for (let n = 0; n < 5_000; n++) {
    const frame = (60_000 + n - Math.floor(random() * 4)) & 0xffff;
    if (random() < 0.2) continue;
    const asked = reassembler.requests(n * 200, 300).some(({ is }) => is === "start");
    for (const whole of reassembler.add(picture(frame, { key: frame % 50 === 0 || asked }), n * 200)) {
      assert.ok(whole.key || whole.frame === ((last! + 1) & 0xffff));
      last = whole.frame;
      drawn++;
    }
  }
  assert.ok(drawn > 500);
});

test("the delay of a picture is estimated without a common clock", () => {
  const delay = new DelayEstimate();
  assert.deepEqual([[100, 9_100], [110, 9_112], [120, 9_150]].map(([tick, now]) => delay.of(tick!, now!)), [0, 2, 30]);
  assert.equal(delay.of(130, 9_120), 0, "a shorter way is the new measure");
});

test("the bytes of headers are not given to the encoder", () => {
  for (const bps of [3_000, 4_000, 5_000, 8_000, 12_000, 20_000, 40_000]) {
    const { fps, bitrate, pieceBytes } = planFor(bps);
    assert.ok(bitrate + fps * (OVERHEAD + 9) * 8 <= bps, `${bps}`);
    assert.ok(pieceBytes >= 300 && pieceBytes <= PIECE_BYTES);
  }
  assert.ok(planFor(12_000).fps >= 3);
  assert.ok(planFor(500).bitrate > 0);
});

/** A channel that takes every message and records when. */
function output(clock: VirtualClock) {
  const sent: { at: number; length: number }[] = [];
  return { sent, buffered: () => 0, send: (message: Uint8Array) => void sent.push({ at: clock.now(), length: message.length }) };
}

test("a long queue is sent at the budget's rate, and never two messages at once", async () => {
  const clock = new VirtualClock();
  const channel = output(clock);
  const pacer = new Pacer(clock, channel, 12_000);
  const began = clock.now();
  pacer.push(Array.from({ length: 200 }, (_, i) => bytes(200 + (i % 5) * 100)));
  await clock.pass(60_000);
  const wire = channel.sent.reduce((sum, { length }) => sum + length + OVERHEAD, 0);
  assert.ok(wire * 8 <= 12_000 * 60 * 1.02 + TokenBucket.DEPTH * 8, `${wire * 8} bits in a minute`);
  assert.ok(wire * 8 >= 12_000 * 60 * 0.95);
  for (const [i, { at }] of channel.sent.entries()) {
    const close = channel.sent.slice(i + 1).filter((later) => later.at - at < 100);
    assert.ok(close.length <= 1, `after ${at - began} ms`);
  }
});

test("nothing is sent while the channel still holds bytes, and no picture is taken that would wait", async () => {
  const clock = new VirtualClock();
  let buffered = 1;
  const sent: Uint8Array[] = [];
  const pacer = new Pacer(clock, { buffered: () => buffered, send: (message) => sent.push(message) }, 12_000);
  assert.equal(pacer.isFree(300), false);
  pacer.push([bytes(100)]);
  await clock.pass(1_000);
  assert.equal(sent.length, 0);
  buffered = 0;
  await clock.pass(50);
  assert.equal(sent.length, 1);
  assert.equal(pacer.isFree(300), false, "the next one keeps its distance");
  await clock.pass(2_000);
  assert.equal(pacer.isFree(300), true);
});

test("repairs are sent first, and dropped messages are not sent", async () => {
  const clock = new VirtualClock();
  const channel = output(clock);
  const pacer = new Pacer(clock, channel, 12_000);
  pacer.push([bytes(1_000), bytes(11), bytes(12)]);
  pacer.push([bytes(99)], true);
  await clock.pass(1_500);
  assert.deepEqual(channel.sent.map(({ length }) => length), [1_000, 99, 11, 12]);
  pacer.push([bytes(1_000), bytes(13)]);
  pacer.clear();
  await clock.pass(5_000);
  assert.equal(channel.sent.filter(({ length }) => length === 13).length, 0);
});

test("a lower budget holds at once", async () => {
  const clock = new VirtualClock();
  const channel = output(clock);
  const pacer = new Pacer(clock, channel, 20_000);
  pacer.push(Array.from({ length: 400 }, () => bytes(300)));
  await clock.pass(10_000);
  pacer.setBudget(4_000);
  const before = channel.sent.length;
  await clock.pass(20_000);
  const wire = (channel.sent.length - before) * (300 + OVERHEAD) * 8;
  assert.ok(wire <= 4_000 * 20 * 1.05 + TokenBucket.DEPTH * 8, `${wire}`);
});

test("a repair takes the credit of later pictures, and keeps its distance from the message before it", async () => {
  const clock = new VirtualClock();
  const channel = output(clock);
  const pacer = new Pacer(clock, channel, 4_000);
  pacer.push([bytes(1_000), bytes(1_000)]);
  await clock.pass(1_500);
  const began = clock.now();
  assert.equal(channel.sent.length, 1, "the second one waits for its credit");
  pacer.push([bytes(200)], true);
  await clock.pass(100);
  assert.deepEqual(channel.sent.slice(1).map(({ length }) => length), [200]);
  assert.ok(channel.sent[1]!.at - began < 50);
  await clock.pass(10_000);
  const wire = channel.sent.reduce((sum, { length }) => sum + length + OVERHEAD, 0);
  assert.ok(wire * 8 <= 4_000 * 11.6 + TokenBucket.DEPTH * 8, "the budget holds over the seconds");
});

test("a picture of 110 bytes and its headers is worth its place at every pace", () => {
  for (const [bps, fps] of [[4_000, 2], [5_500, 3], [8_000, 4], [9_200, 5], [16_000, 8]] as const) {
    const plan = planFor(bps);
    assert.equal(plan.fps, fps);
    assert.ok(plan.bitrate / plan.fps >= 105 * 8, `${bps}: ${plan.bitrate / plan.fps / 8} B`);
  }
});

test("a picture is seen when the screen is painted with it, and the longest still is between two of those", () => {
  const counters = { drawn: 0, longestStillMs: 0 };
  let paint = (_now: number) => {};
  const seen = new SeenPictures(counters, { next: (run) => void (paint = run) });
  const put = (isShown: boolean) => seen.put(() => isShown);
  put(true);
  put(true);
  paint(1_000);
  assert.deepEqual(counters, { drawn: 1, longestStillMs: 0 }, "the second one replaced the first before anybody saw it");
  put(false);
  paint(1_500);
  assert.equal(counters.drawn, 1, "nobody sees a picture that stands nowhere");
  put(true);
  paint(3_400);
  put(true);
  paint(3_600);
  assert.deepEqual(counters, { drawn: 3, longestStillMs: 2_400 });
});

test("a scene that stands still is sharpened and then shown each second and a half; whatever moves is sent at once", () => {
  const scene = (change = 0, at = 0) => {
    const copy = new Uint8ClampedArray(COPY.width * COPY.height * 4).fill(120);
    for (const c of [0, 1, 2]) copy[at * 4 + c]! += change;
    return copy;
  };
  const stillness = new Stillness();
  const sent = Array.from({ length: 40 }, (_, n) => n * 200).filter((now) => stillness.isWorthSending(scene(now % 400 ? 2 : 0), now));
  assert.deepEqual(sent.slice(0, 6), [0, 200, 400, 600, 800, 2_400]);
  assert.ok(sent.length <= 10, `${sent.length} of 40`);
  assert.ok(stillness.isWorthSending(scene(8, 300), 7_810), "a small thing moves");
  stillness.forget();
  assert.ok(stillness.isWorthSending(scene(8, 300), 7_811), "a start is asked for");
  const slow = new Stillness();
  const shown = Array.from({ length: 50 }, (_, n) => n).filter((n) => slow.isWorthSending(scene(n * 0.4), n * 100));
  assert.ok(shown.length >= 6, "what changes slowly is compared with what was sent");
});

test("a part is half as wide and high as the picture, and stays within it", () => {
  assert.deepEqual(cropOf(640, 480, null), { x: 0, y: 0, width: 640, height: 480 });
  assert.deepEqual(cropOf(640, 480, { x: 0.5, y: 0.5 }), { x: 160, y: 120, width: 320, height: 240 });
  assert.deepEqual(cropOf(640, 480, { x: 0.98, y: 0 }), { x: 320, y: 0, width: 320, height: 240 });
  assert.deepEqual(regionAt({ x: 0.6, y: 0.5 }, null), { x: 0.6, y: 0.5 });
  assert.deepEqual(regionAt({ x: 1, y: 0.5 }, { x: 0.5, y: 0.5 }), { x: 0.75, y: 0.5 }, "a place in what is shown now");
  assert.deepEqual(regionAt({ x: 1, y: 1 }, { x: 0.75, y: 0.25 }), { x: 0.75, y: 0.5 }, "beyond the edge there is nothing");
});

test("a wish is repeated until it is obeyed, then renewed, and ends with an answer", () => {
  const wish = new RegionWish();
  const asked = (until: number) =>
    Array.from({ length: until / 100 }, (_, i) => i * 100).flatMap((now) => (wish.request(now) ? [now] : []));
  assert.deepEqual(asked(5_000), [], "nobody wishes for anything");
  const there = { x: 0.4, y: 0.4 };
  wish.want(there, 0);
  assert.deepEqual(asked(4_000), [0, 1_500, 3_000]);
  wish.told({ x: 102 / 255, y: 102 / 255 });
  assert.deepEqual(wish.request(4_500), { region: there });
  assert.equal(wish.request(9_000), undefined, "it holds for a while");
  assert.deepEqual(wish.request(9_500), { region: there });
  wish.want(null, 9_600);
  assert.deepEqual(wish.request(9_600), { region: null });
  assert.deepEqual(wish.request(11_100), { region: null });
  wish.told(null);
  assert.equal(wish.request(13_000), undefined);
  assert.equal(wish.request(99_000), undefined);
});

test("of two wishes the later one holds, and the earlier one asks no more", () => {
  const own = new ShownRegion();
  const wishes = [new RegionWish(), new RegionWish()];
  const turns: number[] = [];
  const pass = (from: number, until: number) => {
    for (let now = from; now < until; now += 100)
      for (const [i, wish] of wishes.entries()) {
        const asked = wish.request(now);
        if (!asked) continue;
        if (own.ask(asked.region, now)) turns.push(i);
        for (const each of wishes) each.told(own.region);
      }
  };
  const [first, second] = [{ x: 0.3, y: 0.3 }, { x: 0.7, y: 0.7 }];
  wishes[0]!.want(first, 0);
  pass(0, 10_000);
  wishes[1]!.want(second, 10_000);
  pass(10_000, 60_000);
  assert.deepEqual([turns, own.region, wishes.map(({ wanted }) => wanted)], [[0, 1], second, [null, second]]);
  wishes[0]!.want(null, 60_000);
  pass(60_000, 90_000);
  assert.deepEqual([turns, own.region], [[0, 1, 0], null], "the whole, for both");
});

test("a part that nobody asks for any more is given up", () => {
  const own = new ShownRegion();
  assert.equal(own.ask({ x: 0.4, y: 0.4 }, 0), true);
  assert.equal(own.ask({ x: 0.4, y: 0.4 }, 5_000), false, "the same again begins no new picture");
  assert.equal(own.isOver(20_000), false);
  assert.equal(own.isOver(21_001), true);
  assert.deepEqual([own.region, own.isOver(30_000)], [null, false]);
});
