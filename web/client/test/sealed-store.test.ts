import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SealedStore } from "../offline/sealed-store.ts";
import { Disk } from "../platform/disk.ts";
import { written } from "./fake-server.ts";

beforeEach(() => void Object.assign(globalThis, { indexedDB: new IDBFactory() }));

const MARKER = "Ndeyefatou saigne";
/** Everything that lies in a database, as text. */
async function lies(disk: Disk): Promise<string> {
  const found = await Promise.all((["outbox", "drafts", "advice"] as const).map((store) => disk.entries(store)));
  return JSON.stringify(found, (_, value: unknown) => {
    if (value instanceof ArrayBuffer) return Buffer.from(value).toString("latin1");
    return value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value;
  });
}

test("values come back as they were, with their bytes, after a reload, and nothing of them lies in the database", async () => {
  const store = new SealedStore("post");
  const value = { text: MARKER, file: { bytes: new Uint8Array([0, 255, 7]), none: new Uint8Array() }, list: [1, null, "ɓ"] };
  await store.put("drafts", `form ${MARKER}`, value);
  await store.put("files", "large", new Uint8Array(200_000).fill(3));
  const later = new SealedStore("post");
  assert.deepEqual(await later.get("drafts", `form ${MARKER}`), value);
  assert.deepEqual(await later.list("drafts"), [[`form ${MARKER}`, value]]);
  assert.equal((await later.get<Uint8Array>("files", "large"))?.length, 200_000);
  assert.ok((await lies(new Disk("post", true))).length > 100);
  assert.ok(!(await lies(new Disk("post", true))).includes("Ndeye"));
});

test("a value that was changed, or moved to another name, is no value", async () => {
  const [store, disk] = [new SealedStore("post"), new Disk("post", true)];
  await store.put("drafts", "one", MARKER);
  await store.put("drafts", "two", "other");
  const [[first, one], [second]] = (await disk.entries<{ data: ArrayBuffer }>("drafts")) as [[string, { data: ArrayBuffer }], [string, object]];
  await disk.put("drafts", second, one);
  new Uint8Array(one.data)[0]! ^= 1;
  await disk.put("drafts", first, one);
  assert.deepEqual(await store.all("drafts"), []);
  await store.put("drafts", "one", "again");
  assert.deepEqual(await store.all("drafts"), ["again"]);
});

test("what an earlier version of the page left in clear text is sealed and deleted, and is newer than what is sealed", async () => {
  await new SealedStore("post").put("drafts", "form", "of before");
  const old = new Disk("post");
  await old.put("drafts", "form", { reason: MARKER });
  await old.put("outbox", "note 1", { key: "note 1", text: MARKER });
  const store = new SealedStore("post");
  assert.deepEqual(await store.get("drafts", "form"), { reason: MARKER });
  assert.deepEqual(await store.all("outbox"), [{ key: "note 1", text: MARKER }]);
  await written();
  for (let turn = 0; turn < 100 && (await old.exists()); turn++) await written();
  assert.equal(await old.exists(), false);
});

test("a batch is made whole or not at all, in the order of the calls", async () => {
  const store = new SealedStore("post");
  void store.put("drafts", "form", new Uint8Array(500_000));
  void store.batch([
    { store: "outbox", name: "request", value: { text: MARKER } },
    { store: "drafts", name: "form", value: undefined },
  ]);
  assert.equal(await store.get("drafts", "form"), undefined);
  assert.deepEqual(await store.all("outbox"), [{ text: MARKER }]);
  await assert.rejects(
    store.batch([
      { store: "outbox", name: "second", value: 2 },
      { store: "files", name: "huge", value: new Uint8Array(25 * 1024 * 1024) },
    ]),
    RangeError,
  );
  assert.equal(await store.get("outbox", "second"), undefined);
});
