import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "@preact/signals-core";
import { HeldLink } from "../webrtc/held-link.ts";
import { withoutVoiceSsrcs } from "../webrtc/sdp.ts";
import { Transport } from "../webrtc/transport.ts";
import { FakePeer } from "./fake-peer.ts";
import { settled, VirtualClock } from "./fake-server.ts";

test("silence is a pause, then a link that slows down, then a stall, then an outage", () => {
  const link = new HeldLink();
  assert.equal(link.look(0, 100_000), "open", "nothing ever came");
  link.look(1, 1000);
  assert.deepEqual(
    [1400, 1700, 2100, 5900, 6100].map((now) => link.look(1, now)),
    ["open", "slow", "held", "held", "slow"],
  );
  assert.equal(link.look(2, 7000), "slow", "what waits in front of the link goes first");
  assert.equal(link.look(3, 9000), "open");
});

test("two lost packets of a pause are no stall", () => {
  const link = new HeldLink();
  link.look(1, 1000, true);
  assert.deepEqual([2400, 2600].map((now) => link.look(1, now, true)), ["slow", "held"]);
});

test("the server's word that nothing comes from us holds until it is taken back or a voice comes", () => {
  const link = new HeldLink();
  link.look(1, 1000);
  link.note(1500, true);
  assert.equal(link.look(2, 2000), "held", "this voice was under way");
  link.note(2200, false);
  assert.equal(link.look(2, 2300), "slow");
  link.note(3000, true);
  assert.equal(link.look(2, 3100), "held");
  assert.equal(link.look(3, 4200), "slow", "the word was lost, the voice is back");
});

test("a packet that was held back shows that the link goes on, and a word that comes with it is old", () => {
  const link = new HeldLink();
  link.look(1, 1000);
  assert.equal(link.look(1, 2500), "held");
  link.noteStale(2600);
  assert.equal(link.look(1, 2700), "slow");
  link.note(3000, true);
  assert.equal(link.look(1, 3100), "slow", "the server said so in the stall");
  link.note(4000, true);
  assert.equal(link.look(1, 4100), "held");
});

const ANSWER =
  "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:7 cname:c\r\n" +
  "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ssrc:8 cname:c\r\n";

test("only the SSRCs of voices leave an answer", () => {
  assert.deepEqual(withoutVoiceSsrcs(ANSWER).match(/a=ssrc:\d/g), ["a=ssrc:8"]);
});

/** A transport in a call, whose voice comes from the other side. */
async function rig() {
  const worker = { loads: 0, attached: [] as unknown[], distances: [] as number[], held: [] as boolean[] };
  const clock = new VirtualClock();
  const peer = new FakePeer();
  const transport = new Transport({
    clock,
    voiceTransform: {
      load: async () => void worker.loads++,
      attach: ({ receiver }) => {
        worker.attached.push(receiver);
        receiver.transform = {};
      },
      setDistance: (packets) => void worker.distances.push(packets),
      setHeld: (isHeld) => void worker.held.push(isHeld),
      onqueue: () => {},
     
    },
    peer: () => peer as unknown as RTCPeerConnection,
    send: () => true,
    reached: () => true,
    failed: () => assert.fail("a description was rejected"),
  });
  const sent: number[][] = [];
  const channel = peer.channels.get("link")! as { readyState: string; onmessage?: (event: MessageEvent) => void };
  Object.assign(channel, { readyState: "open", send: (data: Uint8Array) => void sent.push([...data]) });
  await settled();
  transport.join({ token: "t", member: 1 });
  transport.answer(ANSWER.split("m=video")[0]!);
  await settled();
  peer.goes("connected");
  await import("../webrtc/stalls.ts");
  await settled();
  const copy = { enabled: true, stop: () => {} };
  const mic = { clone: () => copy } as unknown as MediaStreamTrack;
  transport.setVoice(mic, true);
  const { played } = peer.lines[0]!.receiver;
  /** Lets time pass in which the other side's voice is played. */
  const hear = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      await clock.pass(100);
      played.splice(0, 1, { source: 7, timestamp: clock.now(), rtpTimestamp: clock.now() * 48 } as (typeof played)[0]);
    }
  };
  const say = (...bytes: number[]) => channel.onmessage!({ data: Uint8Array.from(bytes).buffer } as MessageEvent);
  return { worker, clock, peer, transport, mic, copy, sent, hear, say, voice: () => peer.lines[0]!.sender.track };
}

test("a page to which nothing comes sends silence instead of a voice that would be late, tells the server, and speaks again with the first sound", async () => {
  const { worker, clock, transport, mic, copy, sent, hear, voice } = await rig();
  const sparing: boolean[] = [];
  effect(() => void sparing.push(transport.sparing.value));
  await hear(2000);
  await clock.pass(750);
  assert.deepEqual([voice(), sparing], [mic, [false, true]], "no more pictures");
  await clock.pass(600);
  assert.deepEqual([voice(), copy.enabled, sent], [copy, false, [[7, 1]]]);
  await clock.pass(1000);
  assert.deepEqual(sent, [[7, 1], [7, 1]]);
  await hear(300);
  assert.deepEqual([voice(), sent.at(-1), transport.sparing.value], [mic, [7, 0], true]);
  await hear(3000);
  assert.equal(transport.sparing.value, false);
  assert.deepEqual(worker.held, [false, true, true, true, false], "what was said in the stall is not played");
});

test("an outage is no stall: the voice is sent again, to be back with the link", async () => {
  const { clock, mic, hear, voice } = await rig();
  await hear(1000);
  await clock.pass(6000);
  assert.equal(voice(), mic);
});

test("the server's word keeps a page silent that hears the others, and its next word ends that at once", async () => {
  const { mic, copy, hear, say, voice } = await rig();
  await hear(1000);
  say(6, 1);
  assert.equal(voice(), copy);
  say(6, 0);
  assert.equal(voice(), mic);
});

test("the server's word that a voice is punctual again makes a new jitter buffer at once, and once for all its copies", async () => {
  const { peer, say } = await rig();
  const named: boolean[] = [];
  for (const number of [255, 255, 0, 0, 0]) {
    say(8, number);
    await settled();
    named.push(peer.applied.at(-1)!.includes("a=ssrc:7"));
  }
  assert.deepEqual(named, [false, false, true, true, true]);
});

test("a voice that the jitter buffer holds back after a stall is received anew, without a message to the server", async () => {
  const { clock, peer, transport } = await rig();
  const { played } = peer.lines[0]!.receiver;
  let [waited_s, emitted] = [0, 0];
  const look = async (way_ms: number, buffer_ms: number) => {
    await clock.pass(500);
    emitted += 24_000;
    waited_s += 24 * buffer_ms;
    const line = { type: "inbound-rtp", kind: "audio", mid: "0", ssrc: 7, jitterBufferDelay: waited_s, jitterBufferEmittedCount: emitted };
    peer.getStats = (async () => new Map([["a", line]])) as unknown as FakePeer["getStats"];
    const voice = { source: 7, timestamp: clock.now() + way_ms + buffer_ms, rtpTimestamp: clock.now() * 48 };
    played.splice(0, 1, voice as (typeof played)[0]);
    await transport.stats();
    await settled();
  };
  for (let i = 0; i < 10; i++) await look(100, 80);
  const before = peer.applied.length;
  assert.match(peer.applied.at(-1)!, /a=ssrc:7/);
  await look(1500, 300);
  assert.equal(peer.applied.length, before);
  await look(100, 1500);
  assert.equal(peer.applied.length, before + 1);
  assert.doesNotMatch(peer.applied.at(-1)!, /a=ssrc/);
});

/** Takes looks at the statistics each 500 ms; `next` gives what changes of both voices in that time. */
async function looks(call: Awaited<ReturnType<typeof rig>>, times: number, next: { came?: number; emitted?: number; played?: number; sent?: number; spoken_s?: number }) {
  for (let i = 0; i < times; i++) {
    await call.clock.pass(500);
    count.came += next.came ?? 25;
    count.emitted += next.emitted ?? 24_000;
    count.played += next.played ?? 24_000;
    count.sent += next.sent ?? 25;
    count.spoken_s += next.spoken_s ?? 0.5;
    const lines = [
      { id: "in", type: "inbound-rtp", kind: "audio", mid: "0", ssrc: 7, packetsReceived: count.came, jitterBufferEmittedCount: count.emitted, totalSamplesReceived: count.played },
      { id: "out", type: "outbound-rtp", kind: "audio", packetsSent: count.sent, mediaSourceId: "mic" },
      { id: "mic", type: "media-source", kind: "audio", totalSamplesDuration: count.spoken_s },
    ];
    call.peer.getStats = (async () => new Map(lines.map((line) => [line.id, line]))) as unknown as FakePeer["getStats"];
    await call.transport.stats();
    await settled();
  }
}
const count = { came: 0, emitted: 0, played: 0, sent: 0, spoken_s: 0 };

for (const [name, stuck] of [["a received voice", { emitted: 0 }], ["our own voice", { sent: 0 }]] as const)
  test(`${name} that is stuck in its transform gets a new worker within two and a half seconds, and few of them`, async () => {
    const call = await rig();
    const { worker, clock, peer, transport } = call;
    const first = worker.attached.length;
    transport.setCaps({ audio_bps: 12_000, ptime_ms: 60, video_bps: null, pictures_bps: null, playout_ms: 0, red: 2, rung: "voice" });
    await settled();
    await looks(call, 10, {});
    await looks(call, 3, stuck);
    assert.equal(worker.loads, 0, "no voice for a second and a half");
    worker.distances.length = 0;
    await looks(call, 2, stuck);
    assert.equal(worker.loads, 1);
    assert.deepEqual(worker.attached.slice(first), [peer.lines[0]!.receiver]);
    assert.deepEqual(worker.distances, [2], "the new worker is told what the old one knew");
    await looks(call, 10, {});
    assert.equal(worker.loads, 1, "it is mended");
    await looks(call, 200, stuck);
    assert.equal(worker.loads, 3, "another cause");
    assert.ok(clock.now() > 100_000);
  });

test("a pause, a muted microphone, a page that plays nothing and an outage are no transform that is stuck", async () => {
  const call = await rig();
  await looks(call, 10, {});
  await looks(call, 20, { came: 1, emitted: 960, sent: 1 });
  await looks(call, 20, { came: 0, emitted: 0, sent: 1 });
  await looks(call, 20, { emitted: 0, played: 0 });
  await looks(call, 20, { sent: 0, spoken_s: 0 });
  call.peer.goes("disconnected");
  await looks(call, 20, { emitted: 0, sent: 0 });
  assert.equal(call.worker.loads, 0);
});
