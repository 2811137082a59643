import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "@preact/signals-core";
import { PROTOCOL_VERSION } from "../../protocol/messages.ts";
import { backoff, type Connection } from "../signalling/connection.ts";
import { FakeServer, WELCOME } from "./fake-server.ts";

/** All states that the connection went through, in one line. */
function timeline(connection: Connection): () => string {
  const seen: string[] = [];
  effect(() => {
    const state = connection.state.value;
    seen.push(state.at === "ended" ? `ended(${state.reason})` : state.at);
  });
  return () => seen.slice(1).join(" ");
}

async function ready(): Promise<{ server: FakeServer; connection: Connection; seen: () => string }> {
  const server = new FakeServer();
  const connection = server.connection();
  const seen = timeline(connection);
  connection.start();
  await server.clock.pass(100);
  assert.equal(connection.state.value.at, "ready");
  return { server, connection, seen };
}

test("says hello, sends heartbeats at the server's pace and measures the round trip", async () => {
  const { server, connection } = await ready();
  assert.deepEqual(server.socket.heard[0], { type: "hello", version: PROTOCOL_VERSION, take_over: false });
  await server.clock.pass(2000);
  const beats = server.socket.heard.filter(({ type }) => type === "beat");
  assert.equal(beats.length, 5);
  assert.equal(connection.rttMs.value, 0);
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 30_000, lost_after_ms: 30_000 });
  await server.clock.pass(9_000);
  assert.equal(server.socket.heard.filter(({ type }) => type === "beat").length, 6);
});

test("a silent link is lost in under 2 s, and comes back with the resume token", async () => {
  const { server, connection, seen } = await ready();
  server.socket.answering = false;
  await server.clock.pass(1990);
  const state = connection.state.value;
  assert.equal(state.at, "ready", "the next socket answered already");
  assert.equal(seen(), "connecting ready lost ready");
  assert.deepEqual(server.socket.heard[0], {
    type: "hello",
    version: PROTOCOL_VERSION,
    resume: "token-1",
    take_over: false,
  });
});

test("an outage is one loss with one beginning, however many attempts it takes", async () => {
  const { server, connection, seen } = await ready();
  await server.clock.pass(5000);
  const since = server.clock.now();
  server.up = false;
  server.socket.drop();
  await server.clock.pass(30_000);
  const state = connection.state.value;
  assert.equal(state.at, "lost");
  assert.ok(state.at === "lost" && since - state.since < 600, "counts from what was heard last");
  assert.ok(server.sockets.length > 14, "at least every 2 s");
  server.up = true;
  await server.clock.pass(2100);
  assert.equal(seen(), "connecting ready lost ready");
});

test("tries at once when the network comes back", async () => {
  const { server, connection } = await ready();
  server.up = false;
  server.socket.drop();
  await server.clock.pass(20_000);
  server.up = true;
  const attempts = server.sockets.length;
  server.clock.sleep(3500);
  server.wake();
  assert.equal(server.sockets.length, attempts + 1);
  await server.clock.pass(25);
  assert.equal(connection.state.value.at, "ready");
});

test("a handshake that may be under way is not replaced when the network comes back", async () => {
  const { server } = await ready();
  server.mute = true;
  server.socket.drop();
  await server.clock.pass(300);
  const attempts = server.sockets.length;
  await server.clock.pass(2000);
  server.wake();
  assert.equal(server.sockets.length, attempts);
});

test("waking it at the moment of the loss does not start two attempts", async () => {
  const { server, connection } = await ready();
  await server.clock.pass(5000);
  connection.state.subscribe(({ at }) => at === "lost" && connection.wake());
  server.socket.drop();
  await server.clock.pass(5000);
  assert.equal(server.sockets.length, 2);
  assert.equal(connection.state.value.at, "ready");
});

test("a page that slept reads its waiting messages before it declares the link lost", async () => {
  const { server, connection } = await ready();
  server.clock.sleep(60_000);
  await server.clock.pass(10);
  assert.equal(connection.state.value.at, "ready");
  await server.clock.pass(1000);
  assert.equal(connection.state.value.at, "ready", "the beat after waking was answered");
});

test("a signed-out session is told from a dead network", async () => {
  const server = new FakeServer();
  server.up = false;
  const connection = server.connection();
  connection.start();
  await server.clock.pass(3000);
  assert.equal(connection.state.value.at, "connecting");
  server.signedIn = false;
  await server.clock.pass(10_000);
  assert.deepEqual(connection.state.value, { at: "ended", reason: "signed_out" });
  assert.equal(connection.send({ type: "watch", on: true }), false);
});

test("another window of the account is reported, and taken over only on request", async () => {
  const server = new FakeServer();
  server.refusal = { type: "error", code: "elsewhere", of: "hello", by: null };
  const connection = server.connection();
  connection.start();
  await server.clock.pass(60_000);
  assert.equal(connection.state.value.at, "elsewhere");
  assert.equal(server.sockets.length, 1);
  connection.takeOver();
  await server.clock.pass(100);
  assert.equal(connection.state.value.at, "ready");
});

test("a kiosk takes over by itself", async () => {
  const server = new FakeServer();
  server.refusal = { type: "error", code: "elsewhere", of: "hello", by: null };
  const connection = server.connection(true);
  connection.start();
  await server.clock.pass(100);
  assert.equal(connection.state.value.at, "ready");
});

test("the reasons replaced and revoked are final, others are not", async () => {
  for (const [reason, state] of [
    ["replaced", "ended(replaced)"],
    ["revoked", "ended(revoked)"],
    ["draining", "lost ready"],
    ["slow", "lost ready"],
  ] as const) {
    const { server, seen } = await ready();
    server.socket.say({ type: "bye", reason });
    await server.clock.pass(10_000);
    assert.equal(seen(), `connecting ready ${state}`);
  }
});

test("the backoff is 250 ms at first, then longer, and never more than 2 s", () => {
  const delays = [0, 1, 2, 3, 4, 20].map((attempt) => backoff(attempt, 1));
  assert.deepEqual(delays, [250, 500, 1000, 2000, 2000, 2000]);
  assert.equal(backoff(20, 0), 1000);
});

test("a dead socket with seldom heartbeats is noticed soon after a message was sent on it", async () => {
  const { server, connection, seen } = await ready();
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  const dead = server.socket;
  await server.clock.pass(1000);
  dead.answering = false;
  const note = { type: "note", consultation: "c", revision: 1, text: "TA" } as const;
  connection.send(note);
  await server.clock.pass(1500);
  connection.send({ ...note, revision: 2 });
  await server.clock.pass(4000);
  assert.equal(seen(), "connecting ready");
  await server.clock.pass(600);
  assert.equal(seen(), "connecting ready lost", "6 s after what was said first");
});

test("a socket that stalls while a voice is heard gets time to recover", async () => {
  const { server, connection, seen } = await ready();
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  const stalled = server.socket;
  await server.clock.pass(1000);
  stalled.answering = false;
  connection.send({ type: "note", consultation: "c", revision: 1, text: "TA" });
  for (let i = 0; i < 30; i++) {
    connection.noteMedia(server.clock.now());
    await server.clock.pass(500);
  }
  assert.equal(seen(), "connecting ready", "15 s");
  for (let i = 0; i < 20; i++) {
    connection.noteMedia(server.clock.now());
    await server.clock.pass(500);
  }
  assert.match(seen(), /ready lost/, "and no longer than 20 s");
});

test("silence is reported in under 2 s, and the socket is kept for a while in case it is only late", async () => {
  const { server, connection, seen } = await ready();
  server.socket.say({ type: "pace", heartbeat_ms: 600, absent_after_ms: 1800, lost_after_ms: 12_000 });
  const kept = server.socket;
  kept.answering = false;
  await server.clock.pass(2000);
  assert.equal(seen(), "connecting ready lost");
  await server.clock.pass(2000);
  kept.answering = true;
  kept.say({ type: "beat", n: 1 });
  assert.equal(connection.state.value.at, "ready");
  assert.equal(server.socket, kept);
  kept.answering = false;
  await server.clock.pass(7000);
  assert.equal(seen(), "connecting ready lost ready lost ready");
  assert.notEqual(server.socket, kept, "in the end a new one is sooner");
});

test("a message that is followed by nothing is followed by a heartbeat, whose answer is enough", async () => {
  const { server, connection, seen } = await ready();
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  await server.clock.pass(1000);
  const beats = () => server.socket.heard.filter(({ type }) => type === "beat").length;
  const before = beats();
  connection.send({ type: "watch", on: true });
  await server.clock.pass(8000);
  assert.equal(beats(), before + 1);
  assert.equal(seen(), "connecting ready");
});

test("a voice that comes back restores the trust in its socket, and no other socket is opened", async () => {
  const { server, connection, seen } = await ready();
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  const kept = server.socket;
  await server.clock.pass(5000);
  kept.answering = false;
  connection.suspect(15_000);
  await server.clock.pass(10_000);
  connection.noteMedia(server.clock.now());
  assert.equal(connection.state.value.at, "ready");
  await server.clock.pass(7000);
  kept.answering = true;
  kept.say({ type: "beat", n: 1 });
  await server.clock.pass(20_000);
  assert.equal(server.sockets.length, 1);
  assert.equal(seen(), "connecting ready lost ready");
});

test("a socket that does not come back with the voice is replaced", async () => {
  const { server, connection } = await ready();
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  await server.clock.pass(5000);
  server.socket.answering = false;
  connection.suspect(15_000);
  await server.clock.pass(10_000);
  connection.noteMedia(server.clock.now());
  await server.clock.pass(11_000);
  assert.equal(server.sockets.length, 2);
  assert.equal(connection.state.value.at, "ready");
});

test("a suspected socket that is then closed is replaced without checking the session", async () => {
  const { server, connection } = await ready();
  let asked = 0;
  server.ports.signedIn = async () => (asked++, true);
  server.socket.say({ type: "pace", heartbeat_ms: 10_000, absent_after_ms: 35_000, lost_after_ms: 35_000 });
  server.socket.answering = false;
  connection.suspect(15_000);
  await server.clock.pass(5000);
  server.socket.drop();
  await server.clock.pass(1000);
  assert.equal(server.sockets.length, 2);
  assert.equal(connection.state.value.at, "ready");
  assert.equal(asked, 0, "a request would cost a second handshake beside the first words");
});

test("a silent link is sent no request that checks the session", async () => {
  const { server, connection } = await ready();
  let asked = 0;
  server.ports.signedIn = async () => (asked++, true);
  server.mute = true;
  connection.suspect();
  await server.clock.pass(60_000);
  assert.ok(server.sockets.length > 5);
  assert.equal(asked, 0);
});

test("a server of another protocol version keeps the connection, and the page knows that it is outdated", async () => {
  const { server, connection } = await ready();
  assert.equal(connection.outdated.value, false);
  server.welcome = { ...WELCOME, version: PROTOCOL_VERSION + 1 };
  server.socket.drop();
  await server.clock.pass(2000);
  assert.equal(connection.state.value.at, "ready");
  assert.equal(connection.outdated.value, true);
});
