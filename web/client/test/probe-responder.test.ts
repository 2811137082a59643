import assert from "node:assert/strict";
import { test } from "node:test";
import { type LinkChannel, ProbeResponder } from "../webrtc/probe-responder.ts";
import { VirtualClock } from "./fake-server.ts";

/** A responder, and what it sends. */
function rig() {
  const clock = new VirtualClock();
  const sent: Uint8Array[] = [];
  const channel: LinkChannel = {
    binaryType: "arraybuffer",
    readyState: "open",
    onmessage: null,
    send: (data) => void sent.push(data),
  };
  return { clock, sent, channel, meter: new ProbeResponder(channel, clock) };
}

test("a link counts as being measured until no train was asked for in four seconds", async () => {
  const { clock, sent, channel, meter } = rig();
  await clock.pass(3900);
  const request = Uint8Array.from([2, 7, 3, 0, 3, 232]).buffer;
  channel.onmessage!({ data: request } as MessageEvent);
  assert.deepEqual(
    sent.map((packet) => [packet.length, ...packet.slice(0, 3)]),
    [0, 1, 2].map((index) => [1000, 1, 7, index]),
  );
  await clock.pass(3900);
  assert.ok(meter.measuring.value);
  await clock.pass(200);
  assert.ok(!meter.measuring.value);
});
