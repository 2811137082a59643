import { signal } from "@preact/signals-core";
import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { OtherWindows } from "../offline/other-windows.ts";
import { FinalRefusal, type NewEntry, SendQueue } from "../offline/queue.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { FakeServer, written } from "./fake-server.ts";

beforeEach(() => void Object.assign(globalThis, { indexedDB: new IDBFactory() }));

const entry = (key: string, group = "case 1", file?: Uint8Array): NewEntry => ({ key, kind: "file", group, body: { key }, ...(file && { file }) });

function rig({ online = true, thin = false, windows }: { online?: boolean; thin?: boolean; windows?: OtherWindows } = {}) {
  const { clock } = new FakeServer();
  const ports = { online: signal(online), thin: signal(thin) };
  const store = new SealedStore("post");
  const queue = new SendQueue({ store, clock, wallClock: () => Date.UTC(2019, 0, 1), ...ports, ...(windows && { windows }) });
  const states = () => queue.items.value.map(({ key, state }) => `${key} ${state}`);
  return { clock, ...ports, store, queue, states };
}

/** A server that takes each key once, and loses the answer as often as it is told. */
class Server {
  readonly taken: string[] = [];
  readonly asked: string[] = [];
  loses = 0;
  readonly handler = async ({ key }: { key: string }) => {
    this.asked.push(key);
    if (!this.taken.includes(key)) this.taken.push(key);
    if (this.loses-- > 0) throw new TypeError("Failed to fetch");
  };
}

test("entries wait on the device without a network, survive a reload with their files, and are sent in order, once", async () => {
  const first = rig({ online: false });
  await first.queue.enqueue(entry("a", "case 1", new Uint8Array([1, 2, 3])));
  await first.queue.enqueue(entry("b"));
  assert.deepEqual(first.states(), ["a kept", "b kept"]);
  const second = rig({ online: false });
  const server = new Server();
  const files: unknown[] = [];
  second.queue.handle("file", async (item, sending) => {
    files.push(await sending.file());
    await server.handler(item);
  });
  await second.queue.loaded;
  assert.deepEqual(second.states(), ["a kept", "b kept"]);
  second.online.value = true;
  await written();
  assert.deepEqual([server.asked, second.states()], [["a", "b"], []]);
  assert.deepEqual(files, [new Uint8Array([1, 2, 3]), undefined]);
  assert.deepEqual(await second.store.all("files"), []);
});

test("what another window of the device has kept is sent by the one that has the link, once", async () => {
  const other = rig({ online: false });
  await other.queue.loaded;
  const sending = rig({ online: false });
  const server = new Server();
  sending.queue.handle("file", server.handler);
  await sending.queue.loaded;
  await other.queue.enqueue(entry("a"));
  assert.deepEqual(sending.states(), []);
  sending.online.value = true;
  for (let tries = 0; tries < 50 && server.asked.length === 0; tries++) await written();
  await written();
  assert.deepEqual([server.asked, sending.states()], [["a"], []]);
  other.queue.handle("file", server.handler);
  other.online.value = true;
  await written();
  assert.deepEqual([server.taken, other.states()], [["a"], []], "it is known by its key");
});

test("a lost answer is tried again with the same key after a pause that doubles, and the group keeps its order", async () => {
  const { queue, clock, states } = rig();
  const server = new Server();
  server.loses = 2;
  queue.handle("file", server.handler);
  await queue.enqueue(entry("a"));
  await queue.enqueue(entry("b"));
  await written();
  assert.deepEqual(states(), ["a kept", "b kept"]);
  await clock.pass(1000);
  await written();
  assert.deepEqual(server.asked, ["a", "a"]);
  await clock.pass(1900);
  assert.equal(server.asked.length, 2);
  await clock.pass(200);
  await written();
  assert.deepEqual([server.asked, server.taken, states()], [["a", "a", "a", "b"], ["a", "b"], []]);
});

test("a refused entry stays, with its reason, and holds up only its own group", async () => {
  const { queue, states } = rig();
  const sent: string[] = [];
  queue.handle("file", async ({ key }) => {
    if (key === "bad") throw new FinalRefusal("photo_damaged");
    sent.push(key);
  });
  await queue.enqueue(entry("bad", "case 1"));
  await queue.enqueue(entry("after", "case 1"));
  await queue.enqueue(entry("other", "case 2"));
  await written();
  assert.deepEqual([sent, states()], [["other"], ["bad refused", "after kept"]]);
  assert.equal(queue.items.value[0]?.refusal, "photo_damaged");
  await queue.drop("bad");
  await written();
  assert.deepEqual([sent, states()], [["other", "after"], []]);
});

test("pieces pause while a voice is thin, and go on by themselves; an outage ends the try", async () => {
  const { queue, thin, online, states, clock } = rig({ thin: true });
  let pieces = 0;
  queue.handle("file", async (_, sending) => {
    for (; pieces < 3; pieces++) {
      await sending.turn();
      sending.progress(pieces + 1);
    }
  });
  await queue.enqueue(entry("a", "case 1", new Uint8Array(3)));
  await written();
  assert.deepEqual([pieces, states()], [0, ["a paused"]]);
  online.value = false;
  await written();
  assert.deepEqual(states(), ["a kept"]);
  online.value = true;
  await clock.pass(2000);
  await written();
  assert.deepEqual(states(), ["a paused"]);
  thin.value = false;
  await written();
  assert.deepEqual([pieces, states()], [3, []]);
});

test("a full device refuses an entry, keeps nothing of it, and loses nothing else", async () => {
  const { queue, store, states } = rig({ online: false });
  await queue.enqueue(entry("a"));
  const batch = store.batch.bind(store);
  store.batch = () => Promise.reject(new DOMException("", "QuotaExceededError"));
  await assert.rejects(queue.enqueue(entry("b")), { name: "QuotaExceededError" });
  store.batch = batch;
  assert.deepEqual(states(), ["a kept"]);
});

test("a recording becomes an entry in one step, so that a power cut leaves one of them", async () => {
  const { queue, store } = rig({ online: false });
  await store.put("files", "voice note", { bytes: new Uint8Array([1]) });
  await queue.enqueue({ ...entry("a", "case 1", new Uint8Array([1])), replaces: "voice note" });
  assert.deepEqual((await store.list("files")).map(([name]) => name), ["queue a"]);
});

test("a device that cannot be read yet, as after a power cut, is read again, and what was put meanwhile comes last", async () => {
  await rig({ online: false }).queue.enqueue(entry("a"));
  const { clock, store } = rig();
  const list = store.list.bind(store);
  let faults = 2;
  Object.assign(store, { list: (name: "kept") => (faults-- > 0 ? Promise.reject(new DOMException("", "UnknownError")) : list(name)) });
  const queue = new SendQueue({ store, clock, wallClock: Date.now, online: signal(true), thin: signal(true) });
  const server = new Server();
  queue.handle("file", server.handler);
  await queue.loaded;
  assert.deepEqual(queue.items.value, []);
  await clock.pass(3000);
  await written();
  await clock.pass(3000);
  await written();
  assert.deepEqual(server.taken, ["a"]);
});

/** Windows of one device: what is told in one of them is heard in the others. */
function windows() {
  const all: { own: object; heard: (key: string) => void }[] = [];
  return (): OtherWindows => {
    const own = {};
    return {
      tellDropped: (key) => all.filter((one) => one.own !== own).forEach(({ heard }) => heard(key)),
      onDropped: (heard) => void all.push({ own, heard }),
    };
  };
}

test("a file that another window has sent already is forgotten without a word", async () => {
  const here = rig({ online: false });
  await here.queue.enqueue(entry("a", "case 1", new Uint8Array([1])));
  const server = new Server();
  const other = rig();
  other.queue.handle("file", server.handler);
  await written();
  assert.deepEqual([server.taken, here.states()], [["a"], ["a kept"]], "it is still in the memory of this one");
  here.queue.handle("file", async (_, sending) => {
    const file = await sending.file();
    throw new FinalRefusal(file ? "photo_damaged" : "attachment_damaged");
  });
  here.online.value = true;
  await written();
  assert.deepEqual(here.states(), []);
});

test("what a person drops in one window is sent by no other", async () => {
  const open = windows();
  const here = rig({ online: false, windows: open() });
  await here.queue.enqueue(entry("a"));
  await here.queue.enqueue(entry("b"));
  const other = rig({ online: false, windows: open() });
  await other.queue.loaded;
  assert.deepEqual(other.states(), ["a kept", "b kept"]);
  await here.queue.drop("a");
  assert.deepEqual([here.states(), other.states()], [["b kept"], ["b kept"]]);
});

test("an entry that leaves while the disk is read is not put back from what was read", async () => {
  const { queue, store, online, states } = rig({ online: false });
  await queue.enqueue(entry("a"));
  const list = store.list.bind(store);
  let answer = () => {};
  const late = new Promise<void>((resolve) => (answer = resolve));
  Object.assign(store, {
    list: async (name: "kept") => {
      const all = await list(name);
      await late;
      return all;
    },
  });
  online.value = true;
  await written();
  await queue.drop("a");
  answer();
  await written();
  assert.deepEqual(states(), []);
});
