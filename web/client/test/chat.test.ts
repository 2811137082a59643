import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "@preact/signals-core";
import type { ChatMessage, ServerMessage } from "../../protocol/messages.ts";
import { Drafts } from "../offline/drafts.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { Chat, problemOf } from "../workflow/chat.ts";
import { FakeServer, type FakeSocket, written } from "./fake-server.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const OTHER = "00000000-0000-4000-8000-000000000002";
const AT = 1_800_000_000_000;


let owners = 0;
/** A page in a consultation, with a server that stores what it is sent, unless `stores` is false. */
async function rig({ owner = `chat-${++owners}`, stores = true, numbers = { last: 0 } } = {}) {
  const server = new FakeServer();
  const connection = server.connection();
  const disk = new SealedStore(owner);
  const drafts = new Drafts(disk);
  const place = signal<{ id: string; over: boolean } | null>({ id: ID, over: false });
  const chat = new Chat({ connection, drafts, clock: server.clock, consultation: () => place.value });
  const kept = new Map<string, ChatMessage>();
  const say = (news: Omit<Extract<ServerMessage, { type: "chat" }>, "type" | "consultation">, socket: FakeSocket = server.socket) =>
    socket.say({ type: "chat", consultation: ID, ...news });
  server.onMessage = (message, socket) => {
    if (message.type !== "write_chat" || !stores) return;
    const known = kept.get(message.chat) ?? { number: ++numbers.last, chat: message.chat, by: "Poste", at: AT };
    kept.set(message.chat, known);
    say({ messages: [known] }, socket);
  };
  const heard = (type: string) => server.heard().filter((message) => message.type === type);
  const lines = () => chat.lines.value.map(({ text, mark }) => `${text} ${mark?.at ?? "theirs"}`);
  const pass = async (ms = 1000) => {
    await server.clock.pass(ms);
    await written();
  };
  const connect = async () => {
    connection.start();
    await server.clock.pass(50);
    await written();
  };
  return { server, connection, chat, place, say, heard, lines, connect, pass, owner, numbers, drafts };
}

const theirs = (number: number, text: string): ChatMessage => ({ number, by: "Dr Awa", at: AT, text });

test("a message is kept, then sending, then sent, and marked by what the other page says", async () => {
  const { chat, lines, connect, say, pass } = await rig();
  chat.write("  Je ne vous entends pas ");
  assert.deepEqual(lines(), ["Je ne vous entends pas kept"]);
  await connect();
  await pass();
  assert.deepEqual(lines(), ["Je ne vous entends pas sent"]);
  say({ marks: [{ by: "Dr Awa", received: 1, read: 0 }] });
  assert.deepEqual(lines(), ["Je ne vous entends pas received"]);
  say({ marks: [{ by: "Dr Awa", received: 1, read: 1 }] });
  assert.deepEqual(chat.lines.value[0]?.mark, { at: "read", by: ["Dr Awa"] });
});

test("what was written without a link is sent in order, one at a time and once each, also after a reload", async () => {
  const first = await rig();
  for (const text of ["un", "deux", "trois"]) first.chat.write(text);
  first.chat.type("à moitié");
  await first.pass();
  const second = await rig({ owner: first.owner, stores: false });
  await second.connect();
  await second.pass();
  assert.equal(second.chat.typed.value, "à moitié");
  assert.equal(second.heard("write_chat").length, 1, "the next one waits for the answer");
  const third = await rig({ owner: first.owner });
  await third.connect();
  await third.pass();
  assert.deepEqual(third.heard("write_chat").map((message) => "text" in message && message.text), ["un", "deux", "trois"]);
  assert.deepEqual(third.lines(), ["un sent", "deux sent", "trois sent"]);
  const [sent] = second.heard("write_chat");
  assert.deepEqual(third.heard("write_chat")[0], sent, "the same message under the same name");
});

test("a message whose answer was lost is said again under its name, and is one", async () => {
  const { server, chat, connect, heard, lines, pass } = await rig();
  await connect();
  const store = server.onMessage;
  server.onMessage = () => {};
  chat.write("Pouls 120");
  server.socket.drop();
  server.onMessage = store;
  await pass(5000);
  const said = heard("write_chat");
  assert.equal(said.length, 2);
  assert.deepEqual(said[0], said[1]);
  assert.deepEqual(lines(), ["Pouls 120 sent"]);
});

test("what is shown is read, what is not shown is only received, and several are told at once", async () => {
  const { chat, connect, heard, say, pass } = await rig();
  await connect();
  assert.deepEqual(heard("see_chat"), [{ type: "see_chat", consultation: ID, received: 0, read: 0 }]);
  say({ messages: [theirs(1, "a")] });
  say({ messages: [theirs(2, "b")] });
  await pass();
  assert.deepEqual(heard("see_chat").slice(1), [{ type: "see_chat", consultation: ID, received: 2, read: 0 }]);
  assert.equal(chat.unread.value.length, 2);
  chat.setShown(true);
  await pass();
  assert.deepEqual(heard("see_chat").slice(2), [{ type: "see_chat", consultation: ID, received: 2, read: 2 }]);
  assert.equal(chat.unread.value.length, 0);
  chat.setShown(false);
  say({ messages: [theirs(3, "c")] });
  await pass();
  assert.deepEqual(heard("see_chat").at(-1), { type: "see_chat", consultation: ID, received: 3, read: 2 });
});

test("our own messages cost no answer, and a gap is not received", async () => {
  const { chat, connect, heard, say, pass } = await rig();
  await connect();
  chat.write("un");
  await pass();
  assert.equal(heard("see_chat").length, 1);
  say({ messages: [theirs(3, "c")] });
  await pass();
  assert.deepEqual(heard("see_chat").at(-1), { type: "see_chat", consultation: ID, received: 1, read: 0 });
});

test("a page that comes back knows what was read, on whatever device", async () => {
  const { chat, connect, say } = await rig();
  await connect();
  say({ messages: [theirs(1, "a"), theirs(2, "b")], read: 1 });
  assert.deepEqual(chat.unread.value.map(({ number }) => number), [2]);
});

test("a refusal that passes is tried again, another one is shown and can be taken back", async () => {
  const { server, chat, connect, heard, lines, pass } = await rig({ stores: false });
  await connect();
  chat.write("un");
  chat.write("deux");
  server.socket.say({ type: "error", of: "write_chat", code: "too_fast", by: null });
  await pass(4000);
  assert.equal(heard("write_chat").length, 2);
  server.socket.say({ type: "error", of: "write_chat", code: "malformed", by: null });
  assert.deepEqual(lines(), ["un refused", "deux sending"]);
  chat.type("trois");
  chat.takeBack(chat.lines.value[0]!.key);
  assert.equal(chat.typed.value, "un\ntrois");
  assert.deepEqual(lines(), ["deux sending"]);
});

test("after the end nothing is sent, and what was not sent is shown", async () => {
  const { server, chat, connect, heard, lines, place, pass } = await rig({ stores: false });
  await connect();
  chat.write("un");
  chat.type("à moitié");
  place.value = { id: ID, over: true };
  server.socket.say({ type: "closed", consultation: ID, disposition: "advice" });
  await pass(10_000);
  assert.deepEqual(lines(), ["un refused", "à moitié refused"]);
  assert.equal(heard("write_chat").length, 1);
  place.value = { id: OTHER, over: false };
  assert.deepEqual(lines(), [], "the next consultation has a chat of its own");
});

test("whoever comes back to a consultation asks for what was written meanwhile", async () => {
  const { server, chat, connect, heard, lines, say, place, pass } = await rig({ numbers: { last: 1 } });
  await connect();
  say({ messages: [theirs(1, "a")] });
  await pass();
  place.value = null;
  server.socket.say({ type: "closed", consultation: ID, disposition: null });
  place.value = { id: ID, over: false };
  assert.deepEqual(heard("see_chat").at(-1), { type: "see_chat", consultation: ID, received: 1, read: 0 });
  assert.equal(heard("see_chat").length, 3);
  chat.write("b");
  await pass();
  assert.deepEqual(lines(), ["a theirs", "b sent"], "and writes again");
});

test("a text is refused on the device as the server would refuse it", () => {
  assert.equal(problemOf("TA 17/11 ?"), null);
  assert.equal(problemOf("👩🏾‍⚕️"), null);
  assert.equal(problemOf("a".repeat(500)), null);
  assert.deepEqual(problemOf("a".repeat(10_000)), { code: "too_large", surplus: 9500 });
  for (const empty of [" \n", "\u0301\u0302\u0303", "\u202e\u2066\u2069", "\u200d"])
    assert.deepEqual(problemOf(empty), { code: "malformed" });
});
