/** What a call sends of pictures, and what it tells the server of its own screen. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals-core";
import type { ServerMessage } from "../../protocol/messages.ts";
import { Call } from "../call.ts";
import type { Devices } from "../platform/devices.ts";
import { FakePeer, FakeStream } from "./fake-peer.ts";
import { FakeServer, settled } from "./fake-server.ts";

Object.assign(globalThis, { MediaStream: FakeStream });

const ID = "00000000-0000-4000-8000-000000000001";
const grant = (token: string) => ({ token, member: 1 });
const CAMERA = { getSettings: () => ({ width: 640, height: 480 }) };

/** A call whose camera is on. */
async function rig() {
  const server = new FakeServer();
  const connection = server.connection();
  const devices = { mic: signal("on"), micTrack: signal("mic"), cameraTrack: signal(CAMERA), cameraWanted: signal(true), open: async () => {} };
  const call = new Call(connection, devices as unknown as Devices, {
    clock: server.clock,
    voiceTransform: { load: async () => {}, attach: () => {}, setDistance: () => {}, onqueue: () => {}, setHeld: () => {} },
    peer: () => new FakePeer() as unknown as RTCPeerConnection,
    play: () => {},
  });
  connection.start();
  await server.clock.pass(50);
  const peer = () => FakePeer.made.at(-1)!;
  const answer = async () => {
    const asked = server.heard().filter((message) => message.type === "join" || message.type === "offer");
    server.socket.say({ type: "answer", sdp: asked.at(-1)?.sdp ?? "" });
    await settled();
  };
  const up = async () => {
    await settled();
    await answer();
    peer().goes("connected");
  };
  return { server, call, answer, peer, up };
}

test("a page that stays hidden is told as such, and one that is back is told at once, on each transport", async () => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  Object.assign(globalThis, { document: page });
  try {
    const { call, server, up } = await rig();
    const turn = (hidden: boolean) => {
      page.hidden = hidden;
      page.dispatchEvent(new Event("visibilitychange"));
    };
    const told = () => server.heard().flatMap((message) => (message.type === "screen" ? [message.shown] : []));
    call.enter(ID, grant("t1"));
    await up();
    await server.clock.pass(2_000);
    turn(true);
    turn(false);
    await server.clock.pass(2_000);
    assert.deepEqual(told(), [], "hidden for a moment");
    turn(true);
    await server.clock.pass(2_000);
    assert.deepEqual(told(), [false]);
    call.enter(ID, grant("t2"));
    await up();
    await server.clock.pass(2_000);
    assert.deepEqual(told(), [false, false], "a new transport begins shown");
    turn(false);
    assert.deepEqual(told(), [false, false, true]);
    await server.clock.pass(2_000);
    turn(true);
    await server.clock.pass(2_000);
    server.socket.answering = false;
    turn(false);
    server.socket.drop();
    await server.clock.pass(4_000);
    assert.equal(server.sockets.length, 2);
    assert.deepEqual(server.socket.heard.flatMap((message) => (message.type === "screen" ? [message.shown] : [])), [true], "the word before was lost with its socket");
  } finally {
    Reflect.deleteProperty(globalThis, "document");
  }
});

test("a new socket repeats nothing of a page that told nothing", async () => {
  const { call, server, up } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  await server.clock.pass(2_000);
  server.socket.drop();
  await server.clock.pass(4_000);
  assert.equal(server.sockets.length, 2);
  assert.deepEqual(server.heard().filter(({ type }) => type === "screen" || type === "voice_only"), []);
});

test("a camera of 640x480 is sent with the 240 lines that its rate is worth", async () => {
  const { call, server, up, answer, peer } = await rig();
  call.enter(ID, grant("t1"));
  await up();
  const caps = { audio_bps: 24_000, ptime_ms: 20, video_bps: 120_000, pictures_bps: null, playout_ms: 0, red: 0 };
  server.socket.say({ type: "caps", ...caps, rung: "video" } satisfies ServerMessage);
  await settled();
  await answer();
  const [smallest] = peer().lines.at(-1)!.sender.parameters.encodings;
  assert.deepEqual([smallest!.active, smallest!.scaleResolutionDownBy, smallest!.maxFramerate], [true, 2, 15]);
});
