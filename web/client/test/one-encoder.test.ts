import assert from "node:assert/strict";
import { test } from "node:test";
import { OneEncoder } from "../pictures/one-encoder.ts";
import { settled, VirtualClock } from "./fake-server.ts";

/** An encoder of the browser that gives its chunks when a test says so. */
class FakeEncoder {
  static made: FakeEncoder[] = [];
  state = "configured";
  readonly starts: boolean[] = [];
  readonly configured: unknown[] = [];
  constructor(readonly init: { output(chunk: unknown): void; error(): void }) {
    FakeEncoder.made.push(this);
  }
  configure = (config: unknown) => void this.configured.push(config);
  encode = (_picture: unknown, { keyFrame }: { keyFrame: boolean }) => void this.starts.push(keyFrame);
  close = () => void (this.state = "closed");
  flush = () => assert.fail("Firefox begins anew after a flush");
}
Object.assign(globalThis, { VideoEncoder: FakeEncoder });

function rig() {
  const clock = new VirtualClock();
  const told: string[] = [];
  const encoder = new OneEncoder(clock, {} as VideoEncoderConfig, { chunk: () => told.push("chunk"), failed: () => told.push("failed") });
  let open = 0;
  const encode = (isStart: boolean) => {
    const result: { came?: boolean } = {};
    open++;
    const picture = { close: () => open-- } as unknown as VideoFrame;
    void encoder.encode(picture, isStart).then((came) => (result.came = came));
    return result;
  };
  return { clock, told, encoder, encode, browser: FakeEncoder.made.at(-1)!, open: () => open };
}

test("a picture is waited for until it has come out, without a flush", async () => {
  const { clock, told, encode, browser, open } = rig();
  const start = encode(true);
  await clock.pass(200);
  assert.equal(start.came, undefined);
  browser.init.output({});
  await settled();
  assert.deepEqual([start.came, told, open()], [true, ["chunk"], 0]);
  const next = encode(false);
  browser.init.output({});
  await settled();
  assert.deepEqual([next.came, browser.starts], [true, [true, false]]);
});

test("an encoder that keeps a start is told, and a later picture that is left out is not", async () => {
  const { clock, encode } = rig();
  const start = encode(true);
  await clock.pass(1_600);
  assert.equal(start.came, false);
  const next = encode(false);
  await clock.pass(400);
  assert.equal(next.came, true);
});

test("nobody waits for an encoder that fails or is closed", async () => {
  const { told, encode, encoder, browser, open } = rig();
  const first = encode(true);
  browser.init.error();
  await settled();
  assert.deepEqual([first.came, told], [true, ["failed"]]);
  const second = encode(true);
  encoder.close();
  await settled();
  assert.deepEqual([second.came, browser.state, open()], [true, "closed", 0]);
});
