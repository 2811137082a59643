import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { settled } from "./fake-server.ts";

const SCRIPT = readFileSync(join(process.cwd(), "client/webrtc/red-encoder.worker.js"), "utf8");
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
  const send = async (data: number[], rtpTimestamp: number, mimeType = "audio/red") => {
    await writer.write({ data: new Uint8Array(data).buffer, getMetadata: () => ({ mimeType, rtpTimestamp }) });
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
