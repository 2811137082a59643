import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { settled } from "./fake-server.ts";

const SCRIPT = readFileSync(join(process.cwd(), "client/webrtc/voice-transform.worker.js"), "utf8");
const OPUS = 111;
const TICKS = 2880;

interface Frame {
  data: ArrayBuffer;
  getMetadata(): { mimeType: string; rtpTimestamp: number };
}

/** The worker, and the frames of one sender that pass through it. */
function worker() {
  const said: unknown[] = [];
  const self: Record<string, unknown> = { TransformStream, Uint8Array, postMessage: (word: unknown) => said.push(word) };
  runInNewContext(SCRIPT, self);
  const { readable, writable } = new TransformStream<Frame, Frame>();
  const came: number[][] = [];
  const out = new WritableStream<Frame>({ write: (frame) => void came.push([...new Uint8Array(frame.data)]) });
  (self.onrtctransform as (event: unknown) => void)({ transformer: { readable, writable: out } });
  const writer = writable.getWriter();
  const setDistance = (data: number) => (self.onmessage as (event: unknown) => void)({ data });
  const send = async (data: number[], rtpTimestamp: number, mimeType: string | Error = "audio/red") => {
    const getMetadata = () => {
      if (typeof mimeType !== "string") throw mimeType;
      return { mimeType, rtpTimestamp };
    };
    await writer.write({ data: new Uint8Array(data).buffer, getMetadata });
    await settled();
    return came.at(-1)!;
  };
  return { said, setDistance, send };
}

/** A packet as a browser makes it, with the one before it. */
const packet = (voice: number[], before: number[] = []) =>
  before.length
    ? [0x80 | OPUS, TICKS >> 6, (TICKS & 0x3f) << 2, before.length, OPUS, ...before, ...voice]
    : [OPUS, ...voice];

test("the copy is taken from as many packets back as the server wants", async () => {
  const { said, setDistance, send } = worker();
  assert.deepEqual(said, ["ready"]);
  assert.deepEqual(await send(packet([1, 1]), 0), [OPUS, 1, 1]);
  assert.deepEqual(await send(packet([2, 2], [1, 1]), TICKS), packet([2, 2], [1, 1]), "as the browser does");
  setDistance(2);
  const third = await send(packet([3], [2, 2]), 2 * TICKS);
  assert.deepEqual(third, [0x80 | OPUS, (2 * TICKS) >> 6, ((2 * TICKS) & 0x3f) << 2, 2, OPUS, 1, 1, 3]);
  setDistance(1);
  assert.deepEqual(await send(packet([4], [3]), 3 * TICKS), packet([4], [3]));
  setDistance(0);
  assert.deepEqual(await send(packet([5], [4]), 4 * TICKS), [OPUS, 5], "no room for any");
});

test("a copy that the header cannot describe is left out, also across the clock's wrap-around", async () => {
  const { setDistance, send } = worker();
  setDistance(2);
  const last = 2 ** 32 - TICKS;
  await send(packet([1]), last);
  await send(packet([2], [1]), 0);
  const third = await send(packet([3], [2]), TICKS);
  assert.deepEqual(third.slice(-2), [1, 3]);
  assert.deepEqual(await send(packet([4], [3]), 30_000), [OPUS, 4], "after a pause of more than 341 ms");
});

test("a voice without redundancy passes unchanged", async () => {
  const { setDistance, send } = worker();
  setDistance(2);
  assert.deepEqual(await send([9, 9, 9], 0, "audio/opus"), [9, 9, 9]);
});

test("a packet that cannot be read is sent as the browser made it, and so is the next one", async () => {
  const { setDistance, send } = worker();
  setDistance(2);
  await send(packet([1]), 0);
  assert.deepEqual(await send(packet([2], [1]), TICKS, new Error("no metadata")), packet([2], [1]));
  assert.deepEqual(await send(packet([3], [2]), 2 * TICKS), [OPUS, 3], "two packets back there is none");
});

test("in a pause only one packet without sound is sent in a while", async () => {
  const { setDistance, send } = worker();
  assert.deepEqual(await send([], 0), [], "nothing was said yet");
  setDistance(2);
  await send(packet([0x08, 1]), TICKS);
  await send(packet([0x08, 2], [0x08, 1]), 2 * TICKS);
  const pause: number[][] = [];
  for (let i = 3; i < 15; i++) pause.push(await send([], i * TICKS));
  assert.deepEqual(pause.map((frame) => frame.length), [0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 2]);
  assert.deepEqual(pause[5], [OPUS, 0x08]);
});

test("a packet without sound is as long as those before it", async () => {
  // The code of the packet's frames (RFC 6716 section 3.2): one frame, two of the same size, two of any size,
  // several.
  for (const [before, silent] of [[[0x08, 9], [0x08]], [[0x09, 9, 9], [0x09]], [[0x0a, 1, 9, 9], [0x09]], [[0x0b, 0x83, 1, 1, 9], [0x0b, 3]]] as const) {
    const { send } = worker();
    await send(packet([...before]), 0);
    assert.deepEqual(await send([], 20_000), [OPUS, ...silent]);
  }
});

test("no copy is made over a pause, however short", async () => {
  const { setDistance, send } = worker();
  setDistance(2);
  await send(packet([1]), 0);
  await send(packet([2], [1]), TICKS);
  await send([], 2 * TICKS);
  assert.deepEqual(await send(packet([3], [2]), 3 * TICKS), [OPUS, 3]);
  setDistance(1);
  await send([], 4 * TICKS);
  assert.deepEqual(await send(packet([3], [3]), 5 * TICKS), [OPUS, 3], "nor the browser's");
  setDistance(2);
  await send([], 6 * TICKS);
  await send(packet([3], []), 7 * TICKS);
  assert.deepEqual(await send(packet([4], [3]), 8 * TICKS), [OPUS, 4]);
  assert.deepEqual((await send(packet([5], [4]), 9 * TICKS)).slice(-2), [3, 5]);
});

interface Heard {
  rtpTimestamp: number;
  synchronizationSource?: number;
  receiveTime?: number;
}

/** The worker and the voices that it receives, on a clock of our own. A look at the queue comes each 250 ms. */
function receiving() {
  const said: unknown[] = [];
  let now = 1000;
  let look: (() => void) | null = null;
  let lookAt = Infinity;
  const self: Record<string, unknown> = {
    TransformStream: class {
      transform: unknown;
      constructor({ transform }: { transform: unknown }) {
        this.transform = transform;
      }
    },
    performance: { now: () => now },
    setInterval: (run: () => void, every: number) => {
      look = run;
      lookAt = now + every;
      return 7;
    },
    clearInterval: () => void (look = null),
    postMessage: (word: unknown) => said.push(word),
  };
  runInNewContext(SCRIPT, self);
  said.length = 0;
  const passTo = (at: number) => {
    for (; look && lookAt <= at; lookAt += 250) {
      now = lookAt;
      look();
    }
    now = Math.max(now, at);
  };
  /** Returns what takes a packet of a voice. */
  const voice = () => {
    let transform!: (frame: unknown, out: { enqueue(frame: unknown): void }) => void;
    const readable = { pipeThrough: (stream: { transform: typeof transform }) => ((transform = stream.transform), { pipeTo: () => {} }) };
    (self.onrtctransform as (event: unknown) => void)({ transformer: { readable, writable: null, options: "receiver" } });
    return (heard: Heard | null, at: number, isPlayed = true) => {
      passTo(at);
      const frame = { getMetadata: () => ({ synchronizationSource: 1, ...heard! }) };
      if (!heard) frame.getMetadata = () => assert.fail("no metadata");
      const came: unknown[] = [];
      transform(frame, { enqueue: (passed) => void came.push(passed) });
      assert.deepEqual(came, isPlayed ? [frame] : [], "the voice is heard");
    };
  };
  /** What was said since the last time: queue in milliseconds and slope. */
  const words = () => said.splice(0) as [number, number][];
  const setHeld = (data: boolean) => (self.onmessage as (event: unknown) => void)({ data });
  return { voice, passTo, words, setHeld, isLooking: () => look !== null, sees: () => now };
}

/** Packets of 60 ms from the `from`th on, each of which comes `late_ms(i)` after it was spoken. */
function speak(say: (heard: Heard, at: number) => void, from: number, to: number, late_ms: (i: number) => number, first = 0) {
  for (let i = from; i < to; i++) say({ rtpTimestamp: (first + i * TICKS) >>> 0 }, 2000 + i * 60 + late_ms(i));
}

test("jitter is no queue", () => {
  const { voice, words } = receiving();
  speak(voice(), 0, 400, (i) => 100 + (i % 5) * 45);
  assert.deepEqual(words(), []);
});

test("a queue that grows is told within half a second, and its end once", () => {
  const { voice, passTo, words, sees } = receiving();
  const say = voice();
  const first = 2 ** 32 - 90 * TICKS;
  speak(say, 0, 100, () => 100, first);
  // From now on a second of speech takes 1.5 s.
  speak(say, 100, 114, (i) => 100 + (i - 99) * 30, first);
  const began = 2000 + 100 * 60;
  const [[queue, slope] = [0, 0]] = words();
  assert.ok(sees() - began < 1400 && queue > 150 && queue < 300, `${queue} ms`);
  assert.equal(slope, 33, "a third of a second of lateness in each second of arrival");
  speak(say, 114, 120, () => 100 + 14 * 30, first);
  words();
  speak(say, 120, 140, () => 100, first);
  passTo(sees() + 500);
  const after = words();
  assert.deepEqual(after.map(([queue_ms]) => queue_ms).filter((queue_ms) => queue_ms === 0), [0]);
  assert.equal(after.at(-1)![0], 0);
});

test("a link that falls to a third is told within a second, when five packets have come", () => {
  const { voice, words } = receiving();
  const say = voice();
  speak(say, 0, 100, () => 100);
  let told = 0;
  for (let i = 100; !told; i++) {
    speak(say, i, i + 1, () => 100 + (i - 99) * 120);
    if (words().length) told = 60 * (i - 99) + 120 * (i - 99);
  }
  assert.ok(told <= 5 * 180, `${told} ms`);
});

test("a large packet that takes as long to send as its sound lasts is no queue", () => {
  // Packets of 120 ms, each of which takes 110 ms, and small ones in the pauses.
  for (const [queue_ms, isTold] of [[0, false], [50, false], [150, true]] as const) {
    const { voice, words } = receiving();
    const say = voice();
    for (let i = 0; i < 400; i++) {
      const isSpeech = i % 40 < 30;
      const isSent = isSpeech || i % 3 === 0;
      const late_ms = isSpeech ? 110 + (i % 3) * 15 + (i > 200 ? queue_ms : 0) : 0;
      if (isSent) say({ rtpTimestamp: i * 2 * TICKS }, 2000 + i * 120 + late_ms);
    }
    assert.equal(words().length > 0, isTold, `${queue_ms} ms`);
  }
});

test("in a pause of the speech rare packets show the growth", () => {
  const { voice, words } = receiving();
  const say = voice();
  for (let i = 0; i < 20; i++) say({ rtpTimestamp: i * 400 * 48 }, 2000 + i * 400);
  for (let i = 20; i < 26; i++) say({ rtpTimestamp: i * 400 * 48 }, 2000 + i * 400 + (i - 19) * 50);
  assert.deepEqual([...words().at(-1)!], [250, 11], "50 ms in each 450");
});

test("what is repaired or repeated tells nothing", () => {
  const { voice, words } = receiving();
  const say = voice();
  for (let i = 0; i < 200; i++) {
    say({ rtpTimestamp: i * TICKS }, 2000 + i * 60);
    if (i > 20) for (const back of [0, 6, 7, 8]) say({ rtpTimestamp: (i - back) * TICKS }, 2001 + i * 60);
  }
  assert.deepEqual(words(), []);
});

test("another clock begins anew, and so does one that stood while no track was sent", () => {
  for (const [step_ms, source] of [[6000, 1], [-90_000, 1], [120, 2], [60, 1]] as const) {
    const { voice, words } = receiving();
    const say = voice();
    speak(say, 0, 50, () => 100);
    const [resumed, pause_ms] = [49 * TICKS + step_ms * 48, step_ms === 60 ? 3000 : 300];
    for (let i = 0; i < 30; i++)
      say(
        { rtpTimestamp: (resumed + i * TICKS) >>> 0, synchronizationSource: source },
        2000 + 49 * 60 + 100 + pause_ms + i * 60,
      );
    assert.deepEqual(words(), [], `${step_ms} ms`);
  }
});

test("packets that were lost are no clock that stood", () => {
  const { voice, words } = receiving();
  const say = voice();
  speak(say, 0, 50, () => 100);
  speak(say, 75, 90, () => 400);
  assert.ok(words().length > 0);
});

test("a longer way is learnt within two spans, and the slow clock of a sender is no queue", () => {
  const { voice, words } = receiving();
  const say = voice();
  speak(say, 0, 100, () => 100);
  speak(say, 100, 900, () => 400);
  assert.ok(words().length > 0);
  speak(say, 900, 1000, () => 400);
  assert.deepEqual(words(), []);
  const slow = receiving();
  speak(slow.voice(), 0, 20_000, (i) => 100 + i * 0.12);
  assert.deepEqual(slow.words(), [], "2 ms a second");
});

test("of several voices the one with most packets counts", () => {
  const { voice, words } = receiving();
  const [thin, dense] = [voice(), voice()];
  // The uplink of the speaker with few packets is full.
  for (let i = 0; i < 200; i++) {
    dense({ rtpTimestamp: i * TICKS }, 2000 + i * 60);
    const spoken = i > 100 ? i - 10 : i;
    if (i % 3 === 0) thin({ rtpTimestamp: spoken * TICKS }, 2001 + i * 60);
  }
  assert.deepEqual(words(), []);
});

test("the browser's time of arrival counts where it is of the same clock", () => {
  const { voice, words } = receiving();
  const say = voice();
  speak((heard, at) => say({ ...heard, receiveTime: at }, at), 0, 100, () => 100);
  speak((heard, at) => say({ ...heard, receiveTime: at - 300 }, at), 100, 130, () => 400);
  assert.deepEqual(words(), [], "the worker was late, not the packets");
  speak((heard, at) => say({ ...heard, receiveTime: at + 1.8e12 }, at), 130, 160, () => 400);
  assert.ok(words().length > 0);
});

test("a packet that tells nothing is heard, too, and nobody looks while no voice comes", () => {
  const { voice, passTo, isLooking } = receiving();
  const say = voice();
  say(null, 2000);
  assert.ok(!isLooking());
  speak(say, 0, 10, () => 100);
  assert.ok(isLooking());
  passTo(10_000);
  assert.ok(!isLooking());
  speak(say, 200, 210, () => 100);
  assert.ok(isLooking());
});

test("what was said in a stall of the link is dropped, and what was said after it is heard", () => {
  for (const stall_ms of [800, 2000]) {
    const { voice, setHeld, words } = receiving();
    const say = voice();
    speak(say, 0, 50, () => 100);
    let dropped = 0;
    const ended = 2000 + 50 * 60 + 100 + stall_ms;
    setHeld(true);
    // What waits passes at three times the rate of the voice.
    for (let i = 50; i < 150; i++) {
      const spoken = 2000 + i * 60 + 100;
      const at = Math.max(spoken, ended + (i - 50) * 20);
      const isHeard = spoken >= ended || at - spoken <= 120;
      say({ rtpTimestamp: i * TICKS }, at, isHeard);
      if (!isHeard) dropped++;
      // A copy that was sent again.
      if (i === 52) say({ rtpTimestamp: 51 * TICKS }, at, false);
    }
    assert.equal(words().filter((word) => word === null).length, dropped, "each of them shows that the link goes on");
  }
});

test("a late voice is heard if the link did not stand still, or if nothing but the voice came late", () => {
  const { voice, setHeld } = receiving();
  const say = voice();
  speak(say, 0, 50, () => 100);
  speak(say, 50, 90, (i) => Math.max(100, 2100 - (i - 50) * 40));
  setHeld(true);
  speak(say, 90, 130, (i) => 100 + (i - 90) * 30);
});
