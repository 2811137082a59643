import assert from "node:assert/strict";
import { test } from "node:test";
import { JitterBufferMemory } from "../webrtc/jitter-buffer-memory.ts";

/** A voice that is looked at each 500 ms, whose packets take `way_ms` and wait `buffer_ms`. */
function voice(memory: JitterBufferMemory) {
  let [spoken, waited_s, emitted] = [50_000, 0, 0];
  return {
    /** Returns how many looks of these asked for a new jitter buffer. */
    look(times: number, way_ms: number, buffer_ms: number, source = 1): number {
      let renewals = 0;
      for (let i = 0; i < times; i++) {
        spoken += 500;
        emitted += 24_000;
        waited_s += (24_000 * buffer_ms) / 1000;
        const timestamp = spoken + way_ms + buffer_ms;
        if (memory.update({ source, timestamp, rtpTimestamp: (spoken * 48) % 2 ** 32, waited_s, emitted })) {
          [waited_s, emitted] = [0, 0];
          renewals++;
        }
      }
      return renewals;
    },
  };
}

test("a buffer that remembers a stall is renewed as soon as the queue is empty, and once", () => {
  const { look } = voice(new JitterBufferMemory());
  assert.equal(look(20, 100, 80), 0);
  assert.equal(look(1, 2100, 80), 0, "what was held back is played");
  assert.equal(look(4, 900, 1200), 0, "a queue still stands");
  assert.equal(look(1, 150, 1900), 1);
  assert.equal(look(20, 100, 90), 0);
});

test("a buffer that came down by itself is kept", () => {
  const { look } = voice(new JitterBufferMemory());
  look(20, 100, 80);
  assert.equal(look(4, 900, 80), 0);
  assert.equal(look(20, 100, 150), 0);
});

test("jitter that needs a long buffer renews nothing, and a queue that stays is a new way", () => {
  const jitter = voice(new JitterBufferMemory());
  jitter.look(20, 100, 80);
  let renewals = 0;
  for (let i = 0; i < 40; i++) renewals += jitter.look(1, 100 + (i % 3) * 70, 80 + i * 8);
  assert.equal(renewals, 0);
  const longer = voice(new JitterBufferMemory());
  longer.look(20, 100, 80);
  assert.equal(longer.look(200, 700, 400), 0);
});

test("another voice has another clock, and its own usual delay", () => {
  const { look } = voice(new JitterBufferMemory());
  look(20, 100, 80);
  assert.equal(look(20, 5100, 600, 2), 0);
  look(2, 5600, 600, 2);
  assert.equal(look(3, 5100, 900, 2), 1);
});
