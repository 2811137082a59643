import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { Connection } from "../signalling/connection.ts";
import { inPieces } from "../signalling/pieces.ts";
import { FakeServer, settled } from "./fake-server.ts";

const FIRST = 1;
const LAST = 2;
const advice = (text: string) => ({ type: "advice" as const, consultation: "c", revision: 1, text, by: "Dr Awa", at: 1 });
const packed = (text: string) => deflateSync(JSON.stringify(advice(text)));
const frame = (flags: number, bytes: Uint8Array) => new Blob([new Uint8Array([flags]), new Uint8Array(bytes)]);

/** A page that reads pieces, and what it was told. */
async function ready() {
  const server = new FakeServer();
  const connection = new Connection({ ...server.ports, open: () => inPieces(server.ports.open()), pieces: true });
  const told: string[] = [];
  connection.on("advice", ({ text }) => told.push(text));
  connection.start();
  server.socket.open();
  await settled();
  const answers = () => server.socket.heard.filter(({ type }) => type === "piece_received").length;
  return { server, connection, told, answers };
}

/** Waits at most 5 s for what a stream of Node.js, which unpacks on a thread of its own, brings about. */
async function until(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !what(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("says that it reads pieces, answers each, and tells the message with the last", async () => {
  const { server, told, answers } = await ready();
  const hello = server.socket.heard[0];
  assert.ok(hello?.type === "hello" && hello.pieces);
  const whole = packed("Évacuer");
  server.socket.frame(frame(FIRST, whole.subarray(0, 30)));
  server.socket.frame(frame(0, whole.subarray(30, 60)));
  assert.deepEqual(told, []);
  server.socket.frame(frame(LAST, whole.subarray(60)));
  await until(() => told.length > 0);
  assert.equal(answers(), 3);
  assert.deepEqual(told, ["Évacuer"]);
});

test("tells what comes behind a long message after it", async () => {
  const { server, told } = await ready();
  server.socket.frame(frame(FIRST | LAST, packed("long")));
  server.socket.say(advice("court"));
  await until(() => told.length > 1);
  server.socket.say(advice("dernier"));
  assert.deepEqual(told, ["long", "court", "dernier"]);
});

test("a message that begins anew voids the half of another one", async () => {
  const { server, told } = await ready();
  server.socket.frame(frame(FIRST, packed("perdu").subarray(0, 20)));
  server.socket.frame(frame(FIRST | LAST, packed("entier")));
  await until(() => told.length > 0);
  assert.deepEqual(told, ["entier"]);
});

test("pieces that make no message close the socket, because a new one brings the whole record", async () => {
  const { server } = await ready();
  server.socket.frame(frame(FIRST | LAST, new Uint8Array([1, 2, 3])));
  await until(() => server.socket.closed);
  assert.ok(server.socket.closed);
});
