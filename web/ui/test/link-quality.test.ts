import assert from "node:assert/strict";
import { test } from "node:test";
import { linkFromFigures, linkFromRtt } from "../link-quality.ts";

const direction = { bps: 20_000, loss: 0, jitter_ms: 10, total_bytes: 0 };
const link = { member: 1, rtt_ms: 120, up: direction, down: direction };

test("the round trip alone gives a quality", () => {
  assert.deepEqual([null, 100, 600, 2000].map(linkFromRtt), ["unknown", "good", "voice", "hard"]);
});

test("the worse direction decides", () => {
  assert.equal(linkFromFigures(link), "good");
  assert.equal(linkFromFigures({ ...link, up: { ...direction, loss: 0.12 } }), "hard");
  assert.equal(linkFromFigures({ ...link, down: { ...direction, loss: 0.05 } }), "voice");
  assert.equal(linkFromFigures({ ...link, rtt_ms: null }), "unknown");
});
