import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { StaffLine } from "../../protocol/api.ts";
import { Outbox } from "../offline/outbox.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { ofDevice } from "../platform/storage.ts";
import { StaffBook } from "../offline/staff-book.ts";
import { ApiError } from "../signalling/session.ts";
import { FakeServer, written } from "./fake-server.ts";

let now: number;
let reachable: boolean;
let pins: Map<string, string>;
beforeEach(() => {
  Object.assign(globalThis, { indexedDB: new IDBFactory() });
  [now, reachable] = [Date.UTC(2028, 1, 29), true];
  pins = new Map([
    ["awa", "4711"],
    ["demba", "123456"],
  ]);
});

const line = (id: string): StaffLine => ({ id, name: `${id} Ba`, title: "ICP", responsible: id === "awa", left: false });
const ID = "00000000-0000-4000-8000-000000000001";

/** A tablet, with a server that knows two members and their PINs. */
async function tablet() {
  const server = new FakeServer();
  const connection = server.connection();
  const asked: string[] = [];
  const ask = <T>(answer: () => unknown): Promise<T> =>
    reachable ? new Promise((resolve) => resolve(answer() as T)) : Promise.reject(new ApiError("offline"));
  const store = new SealedStore("kiosk");
  const book = new StaffBook({
    store,
    connection,
    get: () => ask(() => ["awa", "demba"].map(line)),
    post: (path, body) =>
      ask(() => {
        const { staff, pin } = body as { staff: string; pin: string };
        asked.push(path);
        if (pins.get(staff) !== pin) throw new ApiError("pin");
        return { proof: `proof of ${staff} ${pin}` };
      }),
    wallClock: () => now,
    iterations: 1000,
  });
  const said = () => server.heard().flatMap((message) => (message.type === "staff" ? [message.proof] : []));
  const connect = async () => {
    connection.start();
    await server.clock.pass(50);
    await written();
  };
  await book.refresh();
  return { server, connection, book, store, asked, said, connect };
}

test("a PIN opens, tells the server who is there, and opens again without a network after a reload", async () => {
  const first = await tablet();
  await first.connect();
  assert.deepEqual(await first.book.enter("awa", "4711"), { is: "right" });
  assert.equal(first.book.here.value?.name, "awa Ba");
  assert.deepEqual(first.said(), ["proof of awa 4711"]);
  first.book.lock();
  assert.deepEqual(first.said(), ["proof of awa 4711", null]);
  reachable = false;
  const second = await tablet();
  assert.deepEqual(second.book.members.value.map(({ id }) => id), ["awa", "demba"], "the names are on the tablet");
  assert.deepEqual(await second.book.enter("awa", "4712"), { is: "wrong", wait_s: 0 });
  assert.deepEqual(await second.book.enter("awa", "4711"), { is: "right" });
  assert.equal(second.book.proof(), "proof of awa 4711");
  assert.deepEqual(await second.book.enter("demba", "123456"), { is: "unknown" });
});

test("wrong PINs are slowed on the tablet, with and without a network, across reloads", async () => {
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push((await (await tablet()).book.enter("awa", `000${i}`)).is);
  assert.deepEqual(answers, Array(5).fill("wrong"));
  reachable = false;
  assert.deepEqual(await (await tablet()).book.enter("awa", "4711"), { is: "closed", wait_s: 30 });
  assert.deepEqual(await (await tablet()).book.enter("demba", "1"), { is: "unknown" }, "each has tries of their own");
  now -= 365 * 24 * 3600_000;
  const answer = await (await tablet()).book.enter("awa", "4711");
  assert.ok(answer.is === "closed" && answer.wait_s <= 900, "a clock set back locks nobody out");
});

test("on a full tablet a PIN that was typed before opens without a network, and wrong tries are slowed", async () => {
  await (await tablet()).book.enter("awa", "4711");
  reachable = false;
  const { batch } = SealedStore.prototype;
  SealedStore.prototype.batch = () => Promise.reject(new DOMException("", "QuotaExceededError"));
  const answers = [];
  for (const typed of ["4711", "1", "2", "3", "4", "5", "4711"]) answers.push((await (await tablet()).book.enter("awa", typed)).is);
  SealedStore.prototype.batch = batch;
  assert.deepEqual(answers, ["right", "wrong", "wrong", "wrong", "wrong", "wrong", "closed"]);
  ofDevice.set("staff tries awa", null);
});

test("a proof that the server has made void locks the tablet, and the old PIN opens it no more without a network", async () => {
  const { book, connect, server } = await tablet();
  await book.enter("awa", "4711");
  await connect();
  server.socket.say({ type: "staff", staff: null });
  assert.equal(book.here.value, null);
  await written();
  reachable = false;
  assert.deepEqual(await (await tablet()).book.enter("awa", "4711"), { is: "unknown" });
});

test("what one member wrote is said as theirs, also if it is sent while another is there", async () => {
  const { book, connect, connection, store, server, said } = await tablet();
  const outbox = new Outbox(connection, store, server.clock);
  outbox.author = book;
  await book.enter("awa", "4711");
  await outbox.put({ type: "note", consultation: ID, revision: 1, text: "note" });
  await book.enter("demba", "123456");
  await connect();
  await written();
  const heard = server.heard().flatMap((message) => (message.type === "staff" ? [message.proof] : message.type === "note" ? ["note"] : []));
  assert.deepEqual(heard, ["proof of demba 123456", "proof of awa 4711", "note", "proof of demba 123456"]);
  assert.equal(said().length, 3);
  server.socket.say({ type: "staff", staff: "demba" });
  server.socket.say({ type: "staff", staff: null });
  server.socket.say({ type: "staff", staff: "demba" });
  assert.equal(book.here.value?.id, "demba", "the void proof of another locks nobody out");
});

test("whoever comes is told who was there before", async () => {
  const { book } = await tablet();
  await book.enter("awa", "4711");
  const before = () => book.before.value;
  assert.equal(before(), null);
  now += 3600_000;
  book.lock();
  await written();
  await book.enter("demba", "123456");
  assert.deepEqual([before()?.name, before()!.until - before()!.from], ["awa Ba", 3600_000]);
});

