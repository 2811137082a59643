import assert from "node:assert/strict";
import { test } from "node:test";
import { DownlinkReports } from "../webrtc/downlink-reports.ts";
import { VirtualClock } from "./fake-server.ts";

/** The reports, and what they send. */
function rig() {
  const clock = new VirtualClock();
  const sent: Uint8Array[] = [];
  return { clock, sent, meter: new DownlinkReports(clock, (message) => void sent.push(message)) };
}

type Stats = Record<string, unknown> & { type: string };

/** A time of the browser's statistics and what had come by then. */
const stats = (...entries: Stats[]) => new Map(entries.map((entry, i) => [String(i), entry])) as unknown as RTCStatsReport;
const transport = (timestamp: number, bytesReceived: number, packetsReceived: number) =>
  stats({ type: "transport", timestamp, bytesReceived, packetsReceived });

/** The reports of a queue among what was sent since the last time: slope, queue in milliseconds and bits a second. */
const told = (sent: Uint8Array[]) =>
  sent.splice(0).map((message) => {
    const view = new DataView(message.buffer);
    assert.deepEqual([message.length, view.getUint8(0)], [8, 4]);
    return [view.getInt8(1), view.getUint16(2), view.getUint32(4)];
  });

test("a queue is told at once, then each half second, and its end once", async () => {
  const { clock, sent, meter } = rig();
  meter.report(transport(1000, 10_000, 100));
  meter.report(transport(1500, 11_600, 120));
  meter.tell([0, 0]);
  assert.deepEqual(told(sent), [], "nothing was late");
  meter.tell([300, -127]);
  assert.deepEqual(told(sent), [[-127, 300, ((1600 + 20 * 28) * 8) / 0.5]]);
  await clock.pass(250);
  meter.tell([350, 20]);
  assert.deepEqual(told(sent), []);
  await clock.pass(250);
  meter.tell([90_000, 20]);
  assert.deepEqual(told(sent), [[20, 65_535, 34_560]]);
  meter.tell([0, -40]);
  meter.tell([0, -40]);
  assert.deepEqual(told(sent), [[-40, 0, 34_560]]);
  meter.tell([200, 1]);
  assert.deepEqual(told(sent).length, 1, "at once when it begins again");
});

test("the rate that arrives is that of the last half second", () => {
  const { sent, meter } = rig();
  const arrives = (...looks: [at: number, bytes: number][]) => {
    for (const [at, bytes] of looks) meter.report(transport(at, bytes, 0));
    meter.tell([200, 0]);
    const [[, , bps] = []] = told(sent);
    meter.tell([0, 0]);
    told(sent);
    return bps;
  };
  assert.equal(arrives([1000, 1]), undefined, "one look shows no rate");
  assert.equal(arrives([1200, 5000]), undefined, "nor do two at the same time");
  assert.equal(arrives([1500, 8001]), 128_000);
  assert.equal(arrives([2000, 10_001], [2100, 10_401], [2250, 11_001]), (3000 * 8) / 0.75);
  assert.equal(arrives([9000, 90_000]), undefined, "a look of long ago is of another link");
});

test("Firefox counts bytes only, and only on the pair of candidates", () => {
  const { sent, meter } = rig();
  const look = (timestamp: number, bytesReceived: number, packetsReceived: number) =>
    meter.report(
      stats(
        { type: "transport", timestamp },
        { type: "candidate-pair", timestamp, bytesReceived: 9, selected: false },
        { type: "candidate-pair", timestamp, bytesReceived, selected: true },
        { type: "inbound-rtp", kind: "audio", timestamp, packetsReceived },
      ),
    );
  look(1000, 1000, 10);
  look(1500, 3000, 20);
  meter.tell([200, 0]);
  assert.deepEqual(told(sent), [[0, 200, ((2000 + 10 * 28) * 8) / 0.5]]);
});

test("sender reports tell of a queue only where no transform does", async () => {
  for (const reads of [false, true]) {
    const { clock, sent, meter } = rig();
    meter.readsSenderReports = reads;
    for (let i = 0; i < 6; i++) {
      const timestamp = 10_000 + i * 500;
      const late_ms = i === 3 || i === 4 ? 400 : i === 1 ? 250 : 50;
      const came = { type: "transport", timestamp, bytesReceived: 1000 + i * 1000, packetsReceived: 0 };
      const report = { type: "remote-outbound-rtp", kind: "audio", timestamp, remoteTimestamp: timestamp - late_ms };
      meter.report(stats(came, report));
      await clock.pass(500);
    }
    assert.deepEqual(told(sent), reads ? [[0, 350, 16_000], [0, 350, 16_000], [0, 0, 16_000]] : []);
  }
});
