import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals-core";
import type { ClientMessage, ServerMessage } from "../../protocol/messages.ts";
import { Call } from "../call.ts";
import type { Devices } from "../platform/devices.ts";
import { FakePeer, FakeStream } from "./fake-peer.ts";
import { FakeServer, settled } from "./fake-server.ts";

Object.assign(globalThis, { MediaStream: FakeStream });

const ID = "00000000-0000-4000-8000-000000000001";
const grant = (token: string) => ({ token, member: 1 });
const MIC = "mic" as unknown as MediaStreamTrack;
const CAMERA = { getSettings: () => ({ width: 640, height: 480 }) } as unknown as MediaStreamTrack;

const caps = (audio_bps: number, ptime_ms: number, video_bps: number | null, playout_ms = 0): ServerMessage => ({
  type: "caps",
  audio_bps,
  ptime_ms,
  video_bps,
  pictures_bps: null,
  playout_ms,
  red: 0,
  rung: video_bps ? "video" : "voice",
});

async function rig() {
  const server = new FakeServer();
  const connection = server.connection();
  const devices = {
    mic: signal("on"),
    micTrack: signal<MediaStreamTrack | null>(MIC),
    cameraTrack: signal<MediaStreamTrack | null>(CAMERA),
    cameraWanted: signal(true),
    open: async () => {},
    close: () => {},
    setCamera: async (on: boolean) => void (devices.cameraWanted.value = on),
  };
  const call = new Call(connection, devices as unknown as Devices, {
    clock: server.clock,
    voiceTransform: { load: async () => {}, attach: () => {}, onqueue: () => {}, setHeld: () => {}, setDistance: (packets) => void distances.push(packets) },
    peer: () => new FakePeer() as unknown as RTCPeerConnection,
    play: (streams) => void (played = [...streams.keys()]),
  });
  let played: number[] = [];
  const distances: number[] = [];
  FakePeer.made = [];
  connection.start();
  await server.clock.pass(50);
  const said = () =>
    server
      .heard()
      .map(brief)
      .filter((line) => !line.startsWith("hello"));
  /** Answers the last offer, or with another description. */
  const answer = async (sdp = lastOffer(server)) => {
    server.socket.say({ type: "answer", sdp });
    await settled();
  };
  const peer = () => FakePeer.made.at(-1)!;
  const up = async () => {
    await settled();
    await answer();
    peer().goes("connected");
  };
  return { server, call, devices, said, answer, peer, up, played: () => played, distances };
}

function lastOffer(server: FakeServer): string {
  const asked = server.heard().filter((message) => message.type === "join" || message.type === "offer");
  return asked.at(-1)?.sdp ?? "";
}

/** A message in a few words, such as `join t1 audio`. */
function brief(message: ClientMessage): string {
  if (message.type === "join") return `join ${message.token} ${kinds(message.sdp)}`;
  if (message.type === "offer") return `offer ${kinds(message.sdp)}`;
  return message.type;
}
const stateOf = (call: Call): string => call.state.value.at;
const kinds = (sdp: string) => [...sdp.matchAll(/^m=(\w+)/gm)].map(([, kind]) => kind).join();

test("joins the room silently while waiting, and sends the voice as soon as the consultation begins", async () => {
  const { call, said, up, peer } = await rig();
  void call.prepare();
  await settled();
  assert.equal(peer().offers, 1, "the offer is ready before the grant");
  call.warm(grant("t1"));
  await up();
  assert.deepEqual(said(), ["join t1 audio"]);
  assert.equal(stateOf(call), "warm");
  assert.equal(peer().lines[0]!.sender.track, null, "nobody is heard who only waits");
  call.enter(ID, null);
  assert.equal(stateOf(call), "live");
  assert.equal(peer().lines[0]!.sender.track, MIC);
  assert.equal(FakePeer.made.length, 1, "the same transport");
});

test("an offered voice is sent before the call, so that whoever answers hears it at once", async () => {
  const { call, up, peer, said } = await rig();
  const voice = () => peer().lines[0]!.sender.track;
  call.warm(grant("t1"));
  await up();
  call.offerVoice(true);
  assert.equal(voice(), MIC);
  assert.equal(stateOf(call), "warm", "it is no call yet");
  call.offerVoice(false);
  assert.equal(voice(), null, "withdrawn, or nobody is rung any more");
  call.offerVoice(true);
  call.enter(ID, null);
  call.offerVoice(false);
  assert.equal(voice(), MIC, "in the call it goes on");
  assert.deepEqual(said(), ["join t1 audio"]);
  call.end();
  call.warm(grant("t2"));
  await up();
  assert.equal(voice(), null, "the next form is silent");
});

test("a voice is played from its first packet on, before a message tells whose voice it is", async () => {
  const { call, server, up, played } = await rig();
  call.warm(grant("t1"));
  await up();
  assert.deepEqual(played(), [-1]);
  const slots = [{ mid: "0", member: 7, kind: "audio" as const }];
  server.socket.say({ type: "streams", slots, missing_audio: 0, missing_video: 0 });
  assert.deepEqual(played(), [7]);
  server.socket.say({ type: "streams", slots: [], missing_audio: 0, missing_video: 0 });
  assert.deepEqual(played(), [-1]);
  call.end();
  assert.deepEqual(played(), []);
});

test("the camera is sent when the server permits it, and stopped when it does not", async () => {
  const { call, server, said, up, answer, peer, devices } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  assert.equal(call.sendingVideo.value, false);
  server.socket.say(caps(32_000, 20, 300_000));
  await settled();
  assert.deepEqual(said(), ["join t1 audio", "offer audio,video"]);
  await answer();
  const [voice, camera] = peer().lines;
  assert.equal(voice!.sender.parameters.encodings[0]!.maxBitrate, 32_000);
  assert.deepEqual(
    camera!.sender.parameters.encodings.map(({ active }) => active),
    [true, false, false],
  );
  assert.equal(camera!.sender.track, CAMERA);
  server.socket.say(caps(12_000, 20, null));
  await settled();
  assert.equal(camera!.sender.track, null);
  assert.ok(camera!.sender.parameters.encodings.every(({ active }) => !active));
  server.socket.say(caps(32_000, 20, 300_000));
  devices.cameraWanted.value = false;
  await settled();
  assert.equal(camera!.sender.track, null, "permitted, but not wanted");
  assert.equal(said().length, 2, "none of it had to be negotiated");
});

test("a longer packet time is applied locally, without an offer", async () => {
  const { call, server, said, up, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  await settled();
  assert.equal(peer().applied.length, 2, "up: the server is ICE-lite from here on");
  server.socket.say(caps(9_000, 120, null, 480));
  await settled();
  assert.equal(peer().applied.length, 3);
  assert.equal(peer().lines[0]!.receiver.jitterBufferTarget, 480);
  assert.deepEqual(said(), ["join t1 audio"]);
});

test("a slim voice has longer packets beside a photo, and its own again afterwards", async () => {
  const { call, server, said, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await settled();
  await answer("m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\n");
  peer().goes("connected");
  server.socket.say({ ...caps(12_000, 60, null), red: 1 } as ServerMessage);
  const voice = async () => {
    await settled();
    const ptime = /a=ptime:(\d+)/.exec(peer().applied.at(-1)!)?.[1];
    return [Number(ptime), peer().lines[0]!.sender.parameters.encodings[0]!.maxBitrate];
  };
  assert.deepEqual(await voice(), [60, 12_000]);
  call.setSendsPhoto(true);
  assert.deepEqual(await voice(), [120, 6_000]);
  call.setSendsPhoto(false);
  assert.deepEqual(await voice(), [60, 12_000]);
  assert.deepEqual(said(), ["join t1 audio"], "nothing of it travels");
});

test("an uplink limit leaves only a slim voice, until it has not been repeated for a while", async () => {
  const { call, server, up, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  server.socket.say(caps(24_000, 20, 150_000));
  await settled();
  await answer();
  const encodings = () => peer().lines.flatMap(({ sender }) => sender.parameters.encodings);
  const rates = () =>
    encodings()
      .filter(({ active }) => active !== false)
      .map(({ maxBitrate }) => maxBitrate);
  assert.deepEqual(rates(), [24_000, 150_000]);
  const message = { data: Uint8Array.from([5, 60, 0, 90]).buffer } as MessageEvent;
  const limit = () => peer().channels.get("link")!.onmessage!(message);
  const tuned = peer().applied.length;
  limit();
  await settled();
  assert.deepEqual([rates(), peer().applied.length], [[9_000], tuned + 1], "and its packet time is another");
  await server.clock.pass(6_000);
  limit();
  server.socket.say(caps(16_000, 20, 50_000));
  await settled();
  await server.clock.pass(6_000);
  assert.deepEqual(rates(), [9_000], "it was said again");
  await server.clock.pass(3_000);
  await settled();
  assert.deepEqual(rates(), [16_000, 50_000], "what the server permitted last");
});

test("a received voice that is suddenly late on a thin link removes the redundancy of ours, before the server can say so", async () => {
  const { call, server, up, answer, peer, distances } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  server.socket.say({ ...caps(12_000, 60, null), red: 1 } as ServerMessage);
  await settled();
  await answer();
  const { played } = peer().lines[0]!.receiver;
  const hear = async (late_ms: number) => {
    await server.clock.pass(250);
    const now = server.clock.now();
    played.splice(0, 1, { timestamp: now + late_ms, rtpTimestamp: now * 48 });
  };
  for (let i = 0; i < 8; i++) await hear(300);
  assert.equal(distances.at(-1), 1);
  for (let i = 0; i < 3; i++) await hear(800);
  assert.equal(distances.at(-1), 0);
  for (let i = 0; i < 20; i++) await hear(300);
  assert.equal(distances.at(-1), 1, "and they come back");
  server.socket.say(caps(24_000, 20, 150_000));
  for (let i = 0; i < 3; i++) await hear(900);
  const camera = peer().lines.at(-1)!.sender.parameters.encodings[0]!;
  assert.deepEqual([camera.active, camera.maxBitrate], [true, 150_000], "beside a camera the server sees it first");
});

test("missing media sections are added once, however often the server reports them", async () => {
  const { call, server, said, up, answer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  const missing: ServerMessage = { type: "streams", slots: [], missing_audio: 1, missing_video: 1 };
  server.socket.say(missing);
  server.socket.say(missing);
  await settled();
  server.socket.say(missing);
  await answer();
  assert.deepEqual(said(), ["join t1 audio", "offer audio,audio,video"]);
});

test("the first missing camera is received on the section of our own camera", async () => {
  const { call, server, said, up, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  server.socket.say({ type: "streams", slots: [], missing_audio: 0, missing_video: 2 });
  await settled();
  await answer();
  server.socket.say(caps(32_000, 20, 900_000));
  await settled();
  assert.deepEqual(said(), ["join t1 audio", "offer audio,video,video"]);
  assert.deepEqual(
    peer().lines.map(({ direction }) => direction),
    ["sendrecv", "sendrecv", "recvonly"],
  );
  assert.equal(peer().lines[1]!.sender.track, CAMERA);
});

test("a member's stream object stays the same while its tracks come and go", async () => {
  const { call, server, up, answer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  const voice = { mid: "0", member: 2, kind: "audio" } as const;
  server.socket.say({ type: "streams", slots: [voice], missing_audio: 0, missing_video: 1 });
  const stream = call.streams.value.get(2)!;
  assert.equal(stream.getTracks().length, 1);
  await settled();
  await answer();
  const slots = [voice, { mid: "1", member: 2, kind: "video" } as const];
  server.socket.say({ type: "streams", slots, missing_audio: 0, missing_video: 0 });
  assert.equal(call.streams.value.get(2), stream);
  assert.equal(stream.getTracks().length, 2);
  server.socket.say({ type: "streams", slots: [], missing_audio: 0, missing_video: 0 });
  assert.equal(call.streams.value.size, 0);
});

test("a new grant makes a new transport, and the grant that we hold does not", async () => {
  const { call, said, up } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  call.enter(ID, grant("t1"));
  call.enter(ID, null);
  assert.equal(FakePeer.made.length, 1);
  call.enter(ID, grant("t2"));
  await up();
  assert.deepEqual(
    FakePeer.made.map(({ closed }) => closed),
    [true, false],
  );
  assert.deepEqual(said(), ["join t1 audio", "join t2 audio"]);
  assert.equal(stateOf(call), "live");
});

test("a reloaded page has no transport and asks for a grant", async () => {
  const { call, said } = await rig();
  call.enter(ID, null);
  assert.deepEqual(said(), ["rejoin"]);
});

test("a lost path is looked for by repeated ICE restarts, and then the transport is renewed", async () => {
  const { call, server, said, up, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  peer().goes("disconnected");
  assert.equal(stateOf(call), "lost");
  await server.clock.pass(1400);
  assert.equal(peer().restarts, 0, "the browser still tries the old path");
  await server.clock.pass(200);
  assert.equal(peer().restarts, 1);
  await answer();
  await server.clock.pass(4000);
  assert.equal(peer().restarts, 2);
  peer().goes("connected");
  assert.equal(stateOf(call), "live");
  peer().goes("failed");
  await server.clock.pass(16_000);
  assert.ok(said().includes("rejoin"));
});

test("a browser that rejects an answer gets another transport, ever later while it goes on", async () => {
  const { call, server, said, up, answer, peer } = await rig();
  const rejoins = () => said().filter((line) => line === "rejoin").length;
  call.enter(ID, grant("t1"));
  await settled();
  peer().setRemoteDescription = () => Promise.reject(new DOMException("bad", "OperationError"));
  await answer();
  await server.clock.pass(1100);
  assert.equal(rejoins(), 1);
  call.enter(ID, grant("t2"));
  await settled();
  peer().setRemoteDescription = () => Promise.reject(new DOMException("bad", "OperationError"));
  await answer();
  await server.clock.pass(1100);
  assert.equal(rejoins(), 1);
  await server.clock.pass(1000);
  assert.equal(rejoins(), 2);
  call.enter(ID, grant("t3"));
  await up();
  assert.equal(stateOf(call), "live");
});

test("before a call a transport whose answer is rejected is given up", async () => {
  const { call, answer, peer, up } = await rig();
  call.warm(grant("t1"));
  await settled();
  peer().setRemoteDescription = () => Promise.reject(new DOMException("bad", "OperationError"));
  await answer();
  assert.equal(peer().closed, true);
  call.enter(ID, grant("t2"));
  await up();
  assert.equal(stateOf(call), "live");
});

test("no offer is made into a dead link, because the old path may come back with it", async () => {
  const { call, server, said, up, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  const before = said();
  server.mute = true;
  server.socket.answering = false;
  server.socket.drop();
  peer().goes("disconnected");
  await server.clock.pass(10_000);
  peer().goes("connected");
  await server.clock.pass(10_000);
  assert.deepEqual([said(), peer().restarts], [before, 0]);
});

test("the browser learns the TCP candidates if UDP does not pass at first, or no longer", async () => {
  const tcp = "a=candidate:2 1 tcp 1 192.0.2.1 443 typ host tcptype passive\r\n";
  const knows = (sdp = "") => sdp.includes(tcp);
  const { call, server, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await settled();
  await answer(lastOffer(server) + tcp);
  assert.ok(!knows(peer().applied.at(-1)));
  await server.clock.pass(3000);
  await settled();
  assert.ok(knows(peer().applied.at(-1)), "not up after 2.5 s");

  call.enter(ID, grant("t2"));
  await settled();
  await answer(lastOffer(server) + tcp);
  peer().goes("connected");
  await server.clock.pass(5000);
  await settled();
  assert.ok(!knows(peer().applied.at(-1)), "up by UDP");
  peer().goes("failed");
  await server.clock.pass(100);
  await settled();
  await answer(lastOffer(server) + tcp);
  assert.ok(knows(peer().applied.at(-1)), "UDP was lost, and the server is reached");
});

test("a browser that has not reached the server's addresses at once gets its name in their place", async () => {
  const { call, server, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await settled();
  await answer(lastOffer(server) + "a=candidate:1 1 udp 2130706431 192.0.2.1 8444 typ host\r\n");
  assert.deepEqual(peer().candidates, []);
  await server.clock.pass(3000);
  assert.deepEqual(peer().candidates, ["candidate:name 1 udp 2130706431 teranga.sn 8444 typ host"]);
});

test("over a dead link a browser that gave up the old path gets its candidates again under another foundation", async () => {
  const { call, server, said, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await settled();
  const candidates = ["1 1 udp 2130706431 192.0.2.1 8444 typ host", "2 1 tcp 1 192.0.2.1 443 typ host tcptype passive"];
  await answer(lastOffer(server) + candidates.map((line) => `a=candidate:${line}\r\n`).join(""));
  peer().goes("connected");
  await settled();
  const before = said();
  server.mute = true;
  server.socket.answering = false;
  server.socket.drop();
  peer().goes("disconnected");
  await server.clock.pass(15_000);
  assert.deepEqual(peer().candidates, [], "it still tries by itself");
  for (const state of ["failed", "disconnected", "failed"]) peer().goes(state);
  const old = (foundation: string) => `candidate:${foundation} 1 udp 2130706431 192.0.2.1 8444 typ host`;
  assert.deepEqual(peer().candidates, [old("again1"), old("again2")]);
  assert.deepEqual([said(), peer().restarts], [before, 0]);
});

test("a path that came back carries no redundancy at first", async () => {
  const { call, server, up, peer, distances } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  server.socket.say({ ...caps(12_000, 60, null), red: 2 } as ServerMessage);
  assert.equal(distances.at(-1), 2);
  for (const state of ["disconnected", "connected"]) peer().goes(state);
  await server.clock.pass(100);
  assert.equal(distances.at(-1), 0);
  await server.clock.pass(4000);
  assert.equal(distances.at(-1), 2);
});

test("states that an ICE restart goes through cause no second restart", async () => {
  const { call, server, up, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  peer().goes("failed");
  await server.clock.pass(100);
  peer().goes("disconnected");
  peer().goes("failed");
  await server.clock.pass(3000);
  assert.equal(peer().restarts, 1);
  await server.clock.pass(1000);
  assert.equal(peer().restarts, 2);
});

test("a lost socket is an outage if nothing is heard, and none while the voice still flows", async () => {
  const { call, server, up, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  const voice = { mid: "0", member: 2, kind: "audio" } as const;
  server.socket.say({ type: "streams", slots: [voice], missing_audio: 0, missing_video: 0 });
  peer().packets = 50;
  await server.clock.pass(500);
  server.up = false;
  server.socket.drop();
  peer().packets = 75;
  await server.clock.pass(500);
  assert.deepEqual([stateOf(call), call.lostSince.value], ["live", null]);
  await server.clock.pass(600);
  assert.equal(stateOf(call), "lost");
  assert.ok(server.clock.now() - (call.lostSince.value ?? 0) < 1500);
  peer().packets = 100;
  await server.clock.pass(500);
  assert.deepEqual([stateOf(call), call.lostSince.value], ["live", null]);
  assert.equal(call.stats.value.get(2)?.audioLevel, 0.5);
});

test("an outage has one beginning, although the browser calls its path lost some seconds after the socket", async () => {
  const { call, server, up, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  peer().packets = 50;
  await server.clock.pass(500);
  server.up = false;
  server.socket.drop();
  await server.clock.pass(1500);
  const since = call.lostSince.value;
  assert.equal(stateOf(call), "lost");
  await server.clock.pass(5000);
  peer().goes("disconnected");
  assert.deepEqual([stateOf(call), call.lostSince.value], ["lost", since]);
  server.up = true;
  await server.clock.pass(5000);
  assert.deepEqual([stateOf(call), call.lostSince.value], ["lost", since], "the socket is back before the path");
  peer().goes("connected");
  peer().packets = 75;
  await server.clock.pass(1000);
  assert.deepEqual([stateOf(call), call.lostSince.value], ["live", null]);
  peer().goes("disconnected");
  await server.clock.pass(5000);
  assert.ok((call.lostSince.value ?? 0) > since! + 10_000, "another outage begins anew");
});

test("an outage is noticed within 2 s, even if the socket sends heartbeats seldom", async () => {
  const { call, server, up, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  for (let i = 0; i < 20; i++) {
    peer().packets += 5;
    await server.clock.pass(250);
  }
  const beats = () => server.socket.heard.filter(({ type }) => type === "beat").length;
  const before = beats();
  server.up = false;
  server.socket.answering = false;
  await server.clock.pass(1000);
  assert.deepEqual([stateOf(call), beats() - before], ["live", 1], "an unanswered heartbeat is no outage yet");
  await server.clock.pass(950);
  const state = call.state.value;
  assert.equal(state.at, "lost");
  assert.ok(state.at === "lost" && server.clock.now() - state.since < 2000, "not since the last beat");
  peer().packets += 5;
  await server.clock.pass(500);
  assert.equal(stateOf(call), "live", "a voice is enough, the socket may follow");
});

test("alone in the room, the answers to heartbeats prove that the link is alive", async () => {
  const { call, server, up } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  await server.clock.pass(60_000);
  assert.equal(stateOf(call), "live");
  assert.equal(server.sockets.length, 1);
});

test("one-way audio restarts ICE, then renews the transport, and is reported to the server", async () => {
  const { call, server, said, up, peer } = await rig();
  const other = {
    member: 2,
    name: "Dr Awa Ndiaye",
    role: "doctor",
    place: { id: "", name: "", district: "", region: "", phone: "" },
    holds: true,
    state: "here",
    voice: "flows",
    deaf: false,
  } as const;
  call.enter(ID, grant("t1"));
  server.socket.say({
    type: "call",
    consultation: ID,
    member: 1,
    members: [other],
    age_ms: 0,
    grant: null,
    record: null,
    invitable: [],
  may: [],
  rings: null,
  });
  server.socket.say({ type: "streams", slots: [{ mid: "0", member: 2, kind: "audio" }], missing_audio: 0, missing_video: 0 });
  await up();
  for (let i = 0; i < 6; i++) {
    peer().packets += 1;
    await server.clock.pass(500);
  }
  assert.deepEqual([call.deafTo.value, peer().restarts], [[], 0]);
  await server.clock.pass(5500);
  assert.deepEqual([call.deafTo.value, peer().restarts], [[2], 1]);
  assert.equal(said().filter((what) => what === "voice").length, 1, "told once");
  await server.clock.pass(5000);
  assert.equal(said().at(-1), "rejoin");
  peer().packets += 1;
  await server.clock.pass(1000);
  assert.deepEqual(call.deafTo.value, []);
  assert.deepEqual(
    server.heard().flatMap((message) => (message.type === "voice" ? [message.deaf] : [])),
    [true, false],
  );
});

test("a refused grant is replaced, and a refused offer rolled back", async () => {
  const { call, server, said, up } = await rig();
  call.enter(ID, grant("old"));
  await settled();
  server.socket.say({ type: "error", of: "join", code: "grant", by: null });
  await server.clock.pass(1100);
  assert.deepEqual(said(), ["join old audio", "rejoin"]);
  call.enter(ID, grant("new"));
  await up();
  server.socket.say({ type: "streams", slots: [], missing_audio: 1, missing_video: 0 });
  await settled();
  server.socket.say({ type: "error", of: "offer", code: "offer", by: null });
  await server.clock.pass(2000);
  assert.equal(said().filter((line) => line === "rejoin").length, 1);
});

test("a pending offer is repeated on a new socket, and a late answer to another transport is ignored", async () => {
  const { call, server, said, answer, up } = await rig();
  call.enter(ID, grant("t1"));
  await settled();
  server.socket.drop();
  await server.clock.pass(1000);
  call.reconnected(grant("t1"));
  call.enter(ID, grant("t1"));
  assert.deepEqual(said(), ["join t1 audio", "join t1 audio"]);
  await up();
  server.socket.say({ type: "streams", slots: [], missing_audio: 1, missing_video: 0 });
  await settled();
  const stale = lastOffer(server);
  call.reconnected(grant("t2"));
  call.enter(ID, grant("t2"));
  await settled();
  await answer(stale);
  server.socket.say({ type: "error", of: "offer", code: "offer", by: null });
  await up();
  assert.equal(stateOf(call), "live");
  assert.deepEqual(said().slice(2), ["offer audio,audio", "join t2 audio"]);
});

test("the end of the call closes everything", async () => {
  const { call, up, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  call.end();
  assert.ok(peer().closed);
  assert.equal(stateOf(call), "idle");
  assert.equal(call.caps.value, null);
});
