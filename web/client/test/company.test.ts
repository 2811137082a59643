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

/** A call whose transport is up, over a server that the test speaks for. */
async function callWith(mic: FakeTrack) {
  const server = new FakeServer();
  const connection = server.connection();
  const micTrack = signal(mic as unknown as MediaStreamTrack);
  const devices = { mic: signal("on"), micTrack, cameraTrack: signal(null), cameraWanted: signal(false), open: async () => {}, close: () => {} };
  const call = new Call(connection, devices as unknown as Devices, {
    clock: server.clock,
    voiceTransform: { load: async () => {}, attach: () => {}, onqueue: () => {}, setHeld: () => {}, setDistance: () => {} },
    peer: () => new FakePeer() as unknown as RTCPeerConnection,
    play: () => {},
  });
  FakePeer.made = [];
  connection.start();
  await server.clock.pass(50);
  call.enter(ID, { token: "t1", member: 1 });
  await settled();
  const negotiated = () => server.heard().filter(({ type }) => type === "join" || type === "offer");
  const [join] = negotiated();
  server.socket.say({ type: "answer", sdp: join?.type === "join" ? join.sdp : "" });
  await settled();
  FakePeer.made.at(-1)!.goes("connected");
  return { server, call, micTrack, negotiated, peer: () => FakePeer.made.at(-1)! };
}

/** A microphone's track that notes its copies, as a browser would send them. */
class FakeTrack {
  enabled = true;
  stopped = false;
  copies: FakeTrack[] = [];
  clone(): FakeTrack {
    const copy = new FakeTrack();
    this.copies.push(copy);
    return copy;
  }
  stop(): void {
    this.stopped = true;
  }
}

test("to nobody only silence is sent, and the voice is back at once when somebody comes, without an offer", async () => {
  const mic = new FakeTrack();
  const { call, server, micTrack, negotiated, peer } = await callWith(mic);
  const room = (state: string, rung: number | null = null) => {
    const status = { consultation: ID, ahead: 0, available: rung ?? 0, busy: 0, waited_ms: 0, step: "on_call", rung: 0, next_step_ms: null };
    const members = [{ member: 1, state: "here" }, { member: 2, state }];
    const rings = rung === null ? null : { why: "absent", by: null, status };
    server.socket.say({ type: "call", consultation: ID, member: 1, members, age_ms: 0, grant: null, record: null, invitable: [], may: [], rings } as unknown as ServerMessage);
    return status;
  };
  const sent = () => peer().lines[0]!.sender.track as unknown as FakeTrack;
  const isVoice = () => sent() === mic && mic.enabled && mic.copies.every(({ stopped }) => stopped);
  const isSilence = () => sent() === mic.copies.at(-1) && !sent().enabled && !sent().stopped;
  room("here");
  assert.ok(isVoice());
  room("left");
  assert.ok(isSilence(), "left alone");
  const other = new FakeTrack();
  micTrack.value = other as unknown as MediaStreamTrack;
  assert.ok(mic.copies[0]!.stopped && sent() === other.copies[0], "another microphone is as silent");
  micTrack.value = mic as unknown as MediaStreamTrack;
  room("joining");
  assert.ok(isVoice(), "before the other's transport is up");
  room("lost");
  await server.clock.pass(50_000);
  assert.ok(isVoice(), "an outage ends with the first packet");
  room("lost");
  await server.clock.pass(11_000);
  assert.ok(isSilence(), "a minute after it began");
  room("lost", 1);
  assert.ok(isVoice(), "another doctor is rung");
  const status = room("lost", 0);
  assert.ok(isSilence(), "there is none");
  server.socket.say({ type: "waiting", ...status, available: 1 } as unknown as ServerMessage);
  assert.ok(isVoice(), "one has come");
  room("here");
  assert.ok(isVoice());
  room("left");
  call.end();
  assert.ok(mic.copies.every(({ stopped }) => stopped), "no copy keeps the microphone's light on");
  assert.equal(negotiated().length, 1, "nothing was negotiated but the join");
});
