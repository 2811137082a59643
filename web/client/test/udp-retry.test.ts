import assert from "node:assert/strict";
import { test } from "node:test";
import { UdpRetry } from "../webrtc/udp-retry.ts";
import type { Clock } from "../platform/clock.ts";

const report = (protocol: string): RTCStatsReport =>
  new Map<string, object>([
    ["L", { id: "L", type: "local-candidate", protocol }],
    ["P", { id: "P", type: "candidate-pair", localCandidateId: "L" }],
    ["T", { id: "T", type: "transport", selectedCandidatePairId: "P" }],
  ]) as unknown as RTCStatsReport;

test("UDP is retried every 30 s while media goes by TCP, and never while it goes by UDP", () => {
  let now = 0;
  const retry = new UdpRetry({ now: () => now } as Clock);
  const look = (at_s: number, protocol: string) => {
    now = at_s * 1000;
    return retry.isDue(report(protocol));
  };
  assert.deepEqual([look(0, "udp"), look(100, "udp")], [false, false]);
  assert.deepEqual([look(101, "tcp"), look(130, "tcp"), look(131, "tcp")], [false, false, true]);
  assert.deepEqual([look(160, "tcp"), look(161, "tcp")], [false, true]);
  assert.deepEqual([look(170, "udp"), look(192, "tcp")], [false, false], "it begins anew");
  assert.equal(retry.isDue(new Map() as unknown as RTCStatsReport), false);
});
