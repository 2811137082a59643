import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClientMessage } from "../../protocol/messages.ts";
import type { Connection } from "../signalling/connection.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { Drafts } from "../offline/drafts.ts";
import { Outbox } from "../offline/outbox.ts";
import { emptyIntake } from "../workflow/vitals.ts";
import { FakeServer, WELCOME, written } from "./fake-server.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const note = (revision: number, text = `note ${revision}`) =>
  ({ type: "note", consultation: ID, revision, text }) as const;
const request = {
  type: "request",
  request: ID,
  speciality: "obstetrics",
  urgency: "stat",
  intake: emptyIntake(),
} as const;


let owners = 0;
async function rig(owner = `owner-${++owners}`) {
  const server = new FakeServer();
  const connection: Connection = server.connection();
  const disk = new SealedStore(owner);
  const outbox = new Outbox(connection, disk, server.clock);
  await written();
  const texts = () => server.heard().filter(({ type }) => type !== "hello");
  const states = () =>
    [...outbox.items.value.values()].map(({ key, state }) => `${key.split(" ")[0]} ${state}`);
  const connect = async () => {
    connection.start();
    await server.clock.pass(50);
    await written();
  };
  return { server, connection, disk, outbox, texts, states, connect, owner };
}

test("messages put while offline are on the disk, survive a reload, and are sent in order", async () => {
  const first = await rig();
  await first.outbox.put(request);
  await first.outbox.put(note(1));
  await first.outbox.put({ type: "advise", consultation: ID, revision: 1, text: "Sulfate de magnésium" });
  await first.outbox.put({ type: "close", consultation: ID, disposition: "advice" });
  const second = await rig(first.owner);
  assert.deepEqual(second.states(), ["request stored", "note stored", "advise stored", "close stored"]);
  await second.connect();
  assert.deepEqual(
    second.texts().map(({ type }) => type),
    ["request", "note", "advise", "close"],
  );
  assert.deepEqual(second.texts()[0], request);
});

test("what another window of the device has kept is sent by the one that has the link", async () => {
  const owner = "two-windows";
  const [other, sending] = [await rig(owner), await rig(owner)];
  await other.outbox.put(request);
  assert.deepEqual(sending.states(), []);
  await sending.connect();
  assert.deepEqual(sending.texts(), [request]);
  assert.deepEqual(sending.states(), ["request sent"]);
});

test("only an acknowledgement removes a message from the device", async () => {
  const { outbox, server, states, connect, owner } = await rig();
  await connect();
  await outbox.put(note(1));
  await outbox.put(note(2));
  server.socket.say({ type: "saved", consultation: ID, what: "note", revision: 1 });
  await written();
  assert.deepEqual(states(), ["note sent"], "the newer text is not acknowledged by the older revision");
  server.socket.say({ type: "saved", consultation: ID, what: "note", revision: 2 });
  await written();
  assert.deepEqual(states(), []);
  assert.deepEqual((await rig(owner)).states(), []);
});

test("unanswered messages are sent again on a new socket, except those that the server already has", async () => {
  const { outbox, server, texts, connect } = await rig();
  await connect();
  await outbox.put(request);
  await outbox.put(note(1));
  server.welcome = {
    ...WELCOME,
    waiting: {
      request,
      grant: { token: "t", member: 1 },
      status: {
        consultation: ID,
        ahead: 0,
        available: 1,
        busy: 0,
    rung: 0,
        waited_ms: 10,
        step: "on_call",
        next_step_ms: null,
      },
    },
  };
  server.socket.drop();
  await server.clock.pass(1000);
  await written();
  assert.deepEqual(
    texts().map(({ type }) => type),
    ["request", "note", "note"],
  );
});

test("a passing refusal is tried again, and a final one is kept and reported", async () => {
  const { outbox, server, states, texts, connect } = await rig();
  await connect();
  const refuse = (code: "storage" | "not_found", of: ClientMessage["type"]) =>
    server.socket.say({ type: "error", code, of, by: null });
  await outbox.put(note(1));
  refuse("storage", "note");
  assert.deepEqual(states(), ["note stored"]);
  await server.clock.pass(3000);
  assert.deepEqual(states(), ["note sent"]);
  refuse("not_found", "note");
  await server.clock.pass(60_000);
  assert.deepEqual(states(), ["note refused"]);
  assert.equal(texts().length, 2);
});

const act = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
const examine = (number: number) => ({ type: "examine", consultation: ID, act: act(number), intake: { ...emptyIntake(), pulse: number } }) as const;
const reply = { type: "write_chat", consultation: ID, chat: act(7), text: "Moins qu’hier" } as const;
const outcome = { type: "tell_outcome", consultation: ID, act: act(8), outcome: "arrived", text: "" } as const;

test("acts in a case wait on the device for their request, go one after the other, and leave with their acknowledgement", async () => {
  const { outbox, server, states, texts, connect, owner } = await rig();
  for (const message of [request, examine(1), examine(2), reply, outcome]) await outbox.put(message);
  assert.deepEqual((await rig(owner)).states().length, 5, "after a power cut all five are there");
  await connect();
  assert.deepEqual(texts().map(({ type }) => type), ["request"], "the server knows no case yet");
  server.socket.say({ type: "recorded", consultation: ID, of: "request" });
  await written();
  assert.deepEqual(texts().slice(1), [examine(1), reply, outcome], "one of a type at a time");
  server.socket.say({ type: "recorded", consultation: ID, of: "examine", act: act(2) });
  assert.ok(states().includes("examine sent"), "the acknowledgement names its act");
  await outbox.put(examine(2));
  server.socket.say({ type: "recorded", consultation: ID, of: "examine", act: act(1) });
  server.socket.say({ type: "chat", consultation: ID, messages: [{ number: 1, at: 1, by: "Poste", chat: act(7) }] } as never);
  await written();
  assert.deepEqual(states(), ["tell_outcome sent", "examine sent"]);
  assert.deepEqual(texts().at(-1), examine(2));
});

test("an act whose acknowledgement was lost is said again by the same name", async () => {
  const { outbox, server, texts, states, connect } = await rig();
  await connect();
  await outbox.put(examine(1));
  server.socket.drop();
  await server.clock.pass(1000);
  await written();
  assert.deepEqual(texts(), [examine(1), examine(1)]);
  server.socket.say({ type: "recorded", consultation: ID, of: "examine", act: act(1) });
  await written();
  assert.deepEqual(states(), []);
});

test("an act that is refused for good holds the next of its type no longer up", async () => {
  const { outbox, server, texts, states, connect } = await rig();
  await connect();
  await outbox.put(examine(1));
  await outbox.put(examine(2));
  server.socket.say({ type: "error", code: "storage", of: "examine", by: null });
  assert.equal(texts().length, 1, "the next one does not overtake it");
  await server.clock.pass(3000);
  server.socket.say({ type: "error", code: "not_found", of: "examine", by: null });
  await written();
  assert.deepEqual(states(), ["examine refused", "examine sent"]);
});

const cancel = { type: "cancel", consultation: ID } as const;

test("a withdrawal waits on the device for what was written in its case, and leaves with its acknowledgement", async () => {
  const { outbox, server, states, texts, connect, owner } = await rig();
  for (const message of [request, reply, cancel]) await outbox.put(message);
  assert.deepEqual((await rig(owner)).states(), ["request stored", "write_chat stored", "cancel stored"], "after a power cut all three are there");
  await connect();
  server.socket.say({ type: "recorded", consultation: ID, of: "request" });
  await written();
  assert.deepEqual(texts().slice(1), [reply], "what was said before the withdrawal is not lost by it");
  server.socket.say({ type: "chat", consultation: ID, messages: [{ number: 1, at: 1, by: "Poste", chat: act(7) }] } as never);
  await written();
  assert.deepEqual(texts().at(-1), cancel);
  server.socket.say({ type: "closed", consultation: act(9), disposition: null });
  server.socket.say({ type: "closed", consultation: ID, disposition: "advice" });
  assert.deepEqual(states(), ["cancel sent"], "its specialist's end is no withdrawal");
  server.socket.drop();
  await server.clock.pass(1000);
  await written();
  assert.deepEqual(texts().slice(-2), [cancel, cancel], "the acknowledgement was lost");
  server.socket.say({ type: "recorded", consultation: ID, of: "cancel" });
  await written();
  assert.deepEqual([states(), (await rig(owner)).states()], [[], []]);
});

test("a closed consultation drops the message that closes it", async () => {
  const { outbox, server, states, connect } = await rig();
  await connect();
  await outbox.put({ type: "close", consultation: ID, disposition: "advice" });
  server.socket.say({ type: "closed", consultation: ID, disposition: "evacuation" });
  await written();
  assert.deepEqual(states(), []);
});

test("drafts are restored as typed, even before they were written", async () => {
  const server = new FakeServer();
  const disk = new SealedStore("drafts");
  const drafts = new Drafts(disk);
  drafts.save("form", { age: 2 });
  drafts.save("form", { age: 27 });
  assert.deepEqual(await drafts.load("form"), { age: 27 });
  await server.clock.pass(300);
  await written();
  assert.deepEqual(await new Drafts(disk).load("form"), { age: 27 });
  await drafts.clear("form");
  assert.equal(await drafts.load("form"), undefined);
});

test("a draft that the disk answers late does not replace what was typed meanwhile", async () => {
  const disk = new SealedStore("late-drafts");
  await disk.put("drafts", "form", { age: 2 });
  const drafts = new Drafts(disk);
  const late = drafts.load("form");
  drafts.save("form", { age: 24 });
  assert.deepEqual(await late, { age: 24 });
  const later = new Drafts(disk);
  const cleared = later.load("form");
  await later.clear("form");
  assert.equal(await cleared, undefined);
});

test("what a person drops in one window is removed from the memory of another", async () => {
  const { server, connection, disk, states, outbox, connect, texts, owner } = await rig();
  await outbox.put(note(1));
  let tell = (_: string) => {};
  const other = new Outbox(connection, disk, server.clock, { tellDropped: () => undefined, onDropped: (listener) => (tell = listener) });
  await written();
  const told: string[] = [];
  const here = new Outbox(connection, new SealedStore(owner), server.clock, { tellDropped: (key) => told.push(key), onDropped: () => undefined });
  await written();
  await here.drop(`note ${ID}`);
  told.forEach(tell);
  assert.deepEqual([told, other.items.value.size, states()], [[`note ${ID}`], 0, ["note stored"]]);
  await outbox.drop(`note ${ID}`);
  await connect();
  assert.deepEqual(texts(), []);
});

test("a message that is acknowledged while the disk is read is not put back from what was read", async () => {
  const { server, disk, outbox, states, texts, connect } = await rig();
  await outbox.put(request);
  const all = disk.all.bind(disk);
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  Object.assign(disk, {
    all: async (store: "outbox") => {
      const found = await all(store);
      await late;
      return found;
    },
  });
  await connect();
  server.socket.say({ type: "recorded", consultation: ID, of: "request" });
  await written();
  answer();
  await written();
  assert.deepEqual([states(), texts()], [[], []]);
});
