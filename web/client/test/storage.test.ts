import "./device-storage.ts";
import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { ClientMessage } from "../../protocol/messages.ts";
import { Drafts } from "../offline/drafts.ts";
import { Outbox } from "../offline/outbox.ts";
import { SealedStore } from "../offline/sealed-store.ts";
import { Disk } from "../platform/disk.ts";
import { deviceStorage, ofDevice, ofWindow, remember, remembered, storageIs } from "../platform/storage.ts";
import { emptyIntake } from "../workflow/vitals.ts";
import { FakeServer, written } from "./fake-server.ts";

const ID = "00000000-0000-4000-8000-000000000001";
const request: Extract<ClientMessage, { type: "request" }> = {
  type: "request",
  request: ID,
  speciality: "obstetrics",
  urgency: "stat",
  intake: emptyIntake(),
};
const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";

/** An IndexedDB that this test owns, and whose connections it can close as a browser does. */
class Browser extends IDBFactory {
  readonly opened: IDBDatabase[] = [];
  override open(...how: Parameters<IDBFactory["open"]>) {
    const request = super.open(...how);
    request.addEventListener("success", () => this.opened.push(request.result as IDBDatabase));
    return request;
  }
  /** Closes every connection without telling the page. */
  close() {
    for (const database of this.opened.splice(0)) database.close();
  }
}

let browser: Browser;
beforeEach(() => {
  browser = new Browser();
  Object.assign(globalThis, { indexedDB: browser });
  if (deviceStorage.value !== "refused") storageIs("kept");
});


/** Every write to the disk fails as on a full device. */
function full(disk: SealedStore): void {
  disk.batch = () => Promise.reject(new DOMException("", "QuotaExceededError"));
}

function area(value: () => unknown) {
  return { configurable: true, get: value } as PropertyDescriptor;
}

test("a half-written or a strange value is ignored", () => {
  const values = new Map([
    ["busy", "tru"],
    ["place", '{"name":'],
    ["checked", "7"],
  ]);
  Object.defineProperty(globalThis, "localStorage", area(() => ({ getItem: (name: string) => values.get(name) ?? null })));
  for (const name of values.keys()) assert.equal(remembered(name, isBoolean), null, name);
  values.set("busy", "true");
  assert.equal(remembered("busy", isBoolean), true);
});

test("a database that the browser closes under the page is opened again, and the write is repeated", async () => {
  const disk = new Disk("post");
  await disk.put("drafts", "form", "before");
  browser.close();
  await disk.put("drafts", "form", "after");
  assert.equal(await disk.get("drafts", "form"), "after");
  browser.close();
  assert.deepEqual(await disk.all("drafts"), ["after"]);
  assert.equal(deviceStorage.value, "kept");
});

test("a page that asks for another layout of the database is not held up, and this page goes on after it", async () => {
  const disk = new Disk("post");
  await disk.put("drafts", "form", "kept");
  const [database] = browser.opened;
  database!.onversionchange!.call(database!, {} as IDBVersionChangeEvent);
  assert.equal(await disk.get("drafts", "form"), "kept");
  assert.equal(browser.opened.length, 2);
});

test("a database that cannot be opened rejects, is told, and is tried again at the next access", async () => {
  const disk = new Disk("post");
  const open = browser.open;
  browser.open = () => {
    throw new DOMException("", "UnknownError");
  };
  await assert.rejects(disk.get("keys", "enrolled"));
  assert.equal(deviceStorage.value, "failing");
  browser.open = open;
  await disk.put("keys", "enrolled", "key");
  assert.equal(await disk.get("keys", "enrolled"), "key");
  assert.equal(deviceStorage.value, "kept");
});

test("a full disk is a message that is sent, once, and known not to be kept", async () => {
  const server = new FakeServer();
  const connection = server.connection();
  const disk = new SealedStore("full");
  const outbox = new Outbox(connection, disk, server.clock);
  connection.start();
  await server.clock.pass(50);
  await written();
  full(disk);
  await outbox.put(request);
  assert.deepEqual(
    server.heard().filter(({ type }) => type === "request"),
    [request],
  );
  const item = () => [...outbox.items.value.values()][0];
  assert.deepEqual([item()?.state, item()?.kept], ["sent", false]);
  Reflect.deleteProperty(disk, "batch");
  await server.clock.pass(3_500);
  await written();
  assert.deepEqual([item()?.kept, (await disk.all("outbox")).length], [true, 1], "kept as soon as there is space");
});

test("a draft is written when there is space again, although nobody types any more", async () => {
  const server = new FakeServer();
  const disk = new SealedStore("freed");
  full(disk);
  const drafts = new Drafts(disk, server.clock);
  drafts.save("form", "typed");
  await server.clock.pass(400);
  Reflect.deleteProperty(disk, "batch");
  await server.clock.pass(5_500);
  await written();
  assert.equal(await disk.get("drafts", "form"), "typed");
});

test("what only this device has takes the place of what the server has, too", async () => {
  const store = new SealedStore("room");
  await store.put("kept", "patients", ["Awa"]);
  await store.put("kept", "staff", ["Demba"]);
  const batch = Disk.prototype.batch;
  let isFull = true;
  Disk.prototype.batch = function (changes) {
    if (changes.some(({ value }) => value === undefined)) isFull = false;
    return isFull ? Promise.reject(new DOMException("", "QuotaExceededError")) : batch.call(this, changes);
  };
  await store.put("drafts", "form", "typed").finally(() => (Disk.prototype.batch = batch));
  assert.equal(await store.get("drafts", "form"), "typed");
  assert.deepEqual((await store.list("kept")).map(([name]) => name), ["staff"], "the list of patients went, the staff stayed");
});

test("a draft that the disk does not take stays in the page, and nothing rejects", async () => {
  const server = new FakeServer();
  const disk = new SealedStore("drafts");
  full(disk);
  const drafts = new Drafts(disk, server.clock);
  drafts.save("form", "typed");
  await server.clock.pass(400);
  assert.equal(await drafts.load("form"), "typed");
  await drafts.clear("form");
  assert.equal(await drafts.load("form"), undefined);
});

// The last test, because a refusal holds for the rest of a page's life.
test("a browser that refuses all storage costs nothing but what a reload would lose", async () => {
  const refuse = () => {
    throw new DOMException("", "SecurityError");
  };
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, area(refuse));
  browser.open = refuse;
  remember("busy", true);
  assert.equal(remembered("busy", isBoolean), true);
  ofWindow.set("resume", "token");
  assert.equal(ofWindow.get("resume"), "token");
  ofWindow.set("resume", null);
  assert.equal(ofWindow.get("resume"), null);
  assert.equal(ofDevice.get("unknown"), null);
  const disk = new Disk("post");
  await disk.put("keys", "enrolled", { device: "tablet" });
  assert.deepEqual(await disk.all("keys"), [{ device: "tablet" }]);
  await disk.delete("keys", "enrolled");
  assert.equal(await disk.get("keys", "enrolled"), undefined);
  assert.equal(deviceStorage.value, "refused");
  storageIs("kept");
  assert.equal(deviceStorage.value, "refused");
});
