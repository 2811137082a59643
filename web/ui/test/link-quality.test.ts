import assert from "node:assert/strict";
import { test } from "node:test";
import { linkFromFigures, linkFromRtt, linkInCall } from "../link-quality.ts";

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

test("in a call the link is never called good beside a rung that says that the voice suffers, in any combination", () => {
  const losses = [0, 0.05, 0.2];
  const rungs = [undefined, "deferred", "fragile", "voice", "pictures", "video"] as const;
  for (const lost of [false, true])
    for (const rung of rungs)
      for (const loss of losses)
        for (const rtt_ms of [null, 100, 500, 1000]) {
          const word = linkInCall(lost, { ...link, rtt_ms, up: { ...direction, loss } }, rung);
          if (lost) assert.equal(word, "lost");
          else if (word === "good") assert.ok(rung === undefined || rung === "video");
          else if (rung === "deferred" || rung === "fragile") assert.equal(word, "hard");
        }
});
