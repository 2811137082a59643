import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { lookAtSpace } from "../offline/space.ts";
import { Disk } from "../platform/disk.ts";
import { hasReserve, keepReserve } from "../platform/space-probe.ts";
import { logMayBeTorn } from "../platform/sound-log.ts";
import { deviceStorage, spaceIsShort, storageIs } from "../platform/storage.ts";

/** A device with Chromium: its databases, and a private file system that takes as many bytes as are free. */
class Device extends IDBFactory {
  free = 1e9;
  /** How often a page has asked that its data be kept. */
  asked = 0;
  readonly files = new Map<string, number>();
  readonly opened: string[] = [];

  override open(...how: Parameters<IDBFactory["open"]>) {
    this.opened.push(how[0]);
    return super.open(...how);
  }

  readonly folder = {
    keys: () => this.files.keys(),
    getFileHandle: async (name: string, { create = false } = {}) => {
      if (!this.files.has(name) && !create) throw new DOMException("", "NotFoundError");
      if (!this.files.has(name)) this.files.set(name, 0);
      return { getFile: async () => ({ size: this.files.get(name) }), createWritable: async () => this.#writer(name) };
    },
    removeEntry: async (name: string) => {
      this.free += this.files.get(name) ?? 0;
      this.files.delete(name);
    },
  };

  #writer(name: string) {
    let written = 0;
    return {
      // The browser grants more than the disk has, as Chromium does.
      truncate: async () => undefined,
      write: async ({ length }: Uint8Array) => {
        if (length > this.free) throw new DOMException("", "QuotaExceededError");
        written += length;
        this.free -= length;
      },
      close: async () => void this.files.set(name, written),
      abort: async () => void (this.free += written),
    };
  }
}

const RENEWAL = "teranga-log-renewal";
let device: Device;
let time = 0;
mock.method(performance, "now", () => (time += 1));
beforeEach(async () => {
  device = new Device();
  time += 60_000;
  Object.assign(globalThis, { indexedDB: device });
  const storage = {
    getDirectory: async () => device.folder,
    estimate: async () => ({ quota: 10e9, usage: 0 }),
    persisted: async () => false,
    persist: async () => ++device.asked > 0,
  };
  const locks = { request: (_: string, work: () => unknown) => work() };
  Object.defineProperty(globalThis, "navigator", { value: { userAgentData: {}, storage, locks }, configurable: true });
  logMayBeTorn();
  await new Disk("earlier").put("keys", "of", "an earlier visit");
  device.opened.length = 0;
  logMayBeTorn();
  storageIs("kept");
  spaceIsShort.value = false;
});

test("a first visit has nothing to renew", async () => {
  Object.assign(globalThis, { indexedDB: (device = new Device()) });
  await new Disk("post").put("drafts", "form", "one");
  assert.deepEqual(device.opened, ["teranga-post"]);
});

test("the log is renewed once, before the first write of a page, and leaves nothing behind", async () => {
  const disk = new Disk("post");
  await disk.put("drafts", "form", "one");
  await disk.put("drafts", "form", "two");
  assert.deepEqual(device.opened, [RENEWAL, "teranga-post"]);
  assert.deepEqual((await device.databases()).map(({ name }) => name), ["teranga-earlier", "teranga-post"]);
  assert.deepEqual([...device.files.keys()], []);
});

test("a full device writes to no database, says so, and writes again when there is space", async () => {
  const disk = new Disk("post");
  await disk.put("drafts", "form", "before");
  logMayBeTorn();
  device.free = 5_000_000;
  device.opened.length = 0;
  await assert.rejects(disk.put("drafts", "form", "after"), { name: "QuotaExceededError" });
  assert.deepEqual([device.opened, deviceStorage.value, spaceIsShort.value], [[], "failing", true]);
  assert.equal(await disk.get("drafts", "form"), "before");
  device.free = 50_000_000;
  await assert.rejects(disk.put("drafts", "form", "after"), "it is not asked again at once");
  time += 2_500;
  await disk.put("drafts", "form", "after");
  assert.deepEqual([device.opened, deviceStorage.value], [[RENEWAL], "kept"]);
});

test("what was set aside makes space for the next words, and the shortage is told", async () => {
  await keepReserve(40_000_000);
  assert.ok(await hasReserve(40_000_000));
  device.free = 0;
  const disk = new Disk("post");
  await disk.put("drafts", "form", "typed");
  assert.equal(await disk.get("drafts", "form"), "typed");
  assert.deepEqual([deviceStorage.value, spaceIsShort.value, await hasReserve(1)], ["kept", true, false]);
});

test("a tablet asks the browser to keep its data, and sets space aside once", async () => {
  const store = { delete: async () => undefined };
  await lookAtSpace(store);
  assert.deepEqual([device.asked, spaceIsShort.value, await hasReserve(40_000_000)], [1, false, true]);
  device.files.clear();
  device.free = 15_000_000;
  await lookAtSpace(store);
  assert.deepEqual([spaceIsShort.value, device.free], [true, 15_000_000], "a disk without space for it is short");
});

test("a browser that cannot open a database on a full disk opens it with what was set aside", async () => {
  await new Disk("post").put("drafts", "form", "typed");
  await keepReserve(40_000_000);
  device.free = 0;
  const { open } = device;
  device.open = (...how) => {
    if (device.free === 0) throw new DOMException("", "UnknownError");
    return open.apply(device, how);
  };
  assert.equal(await new Disk("post").get("drafts", "form"), "typed");
  await keepReserve(40_000_000).catch(() => undefined);
  device.free = 0;
  device.files.clear();
  await assert.rejects(new Disk("post").get("drafts", "form"));
});
