import { IDBFactory } from "fake-indexeddb";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isPin, PostPin } from "../offline/pin.ts";
import { Disk } from "../platform/disk.ts";
import { ofDevice } from "../platform/storage.ts";

let now: number;
beforeEach(() => {
  Object.assign(globalThis, { indexedDB: new IDBFactory() });
  now = Date.UTC(2028, 1, 29);
});
/** The PIN as a page that was just loaded finds it, with a hash that a test can wait for. */
const pin = () => new PostPin(new Disk("device"), () => now, 1000);

test("a PIN has four to eight digits", () => {
  assert.deepEqual(["1234", "12345678"].map(isPin), [true, true]);
  assert.deepEqual(["", "123", "123456789", "12a4", " 1234"].map(isPin), Array(5).fill(false));
});

test("the right PIN opens after a reload, another does not, and no digit is on the disk", async () => {
  assert.deepEqual(await pin().check("4711"), { is: "unset" });
  await pin().set("4711");
  assert.equal(await pin().isSet(), true);
  assert.deepEqual(await pin().check("4711"), { is: "right" });
  assert.deepEqual(await pin().check("4712"), { is: "wrong", wait_s: 0 });
  const [stored] = await new Disk("device").all<object>("keys");
  assert.ok(!JSON.stringify(stored).includes("4711"));
});

test("wrong tries are throttled, also across reloads and beside each other, and a right one ends it", async () => {
  await pin().set("4711");
  const page = pin();
  const beside = await Promise.all(["1", "2", "3", "4", "5", "6"].map((end) => page.check(`000${end}`)));
  assert.deepEqual(
    beside.map(({ is }) => is),
    ["wrong", "wrong", "wrong", "wrong", "wrong", "closed"],
  );
  assert.deepEqual(await pin().check("4711"), { is: "closed", wait_s: 30 });
  now += 30_000;
  assert.deepEqual(await pin().check("0000"), { is: "wrong", wait_s: 60 });
  now += 60_000;
  assert.deepEqual(await pin().check("4711"), { is: "right" });
  assert.deepEqual(await pin().check("0000"), { is: "wrong", wait_s: 0 });
});

test("ten thousand PINs take more than a month to try", async () => {
  await pin().set("4711");
  let tries = 0;
  for (const start = now; now - start < 24 * 3600_000; ) {
    const answer = await pin().check("0000");
    if (answer.is === "closed") now += answer.wait_s * 1000;
    else tries++;
  }
  assert.ok(tries < 10_000 / 30, `${tries} tries a day`);
});

test("a clock that was set back locks nobody out for longer than a quarter of an hour", async () => {
  await pin().set("4711");
  for (let i = 0; i < 5; i++) await pin().check("0000");
  now -= 365 * 24 * 3600_000;
  const answer = await pin().check("4711");
  assert.ok(answer.is === "closed" && answer.wait_s <= 900);
});

test("on a full tablet the PIN opens all the same, and wrong tries are slowed, also across reloads", async () => {
  await pin().set("4711");
  const { batch } = Disk.prototype;
  Disk.prototype.batch = () => Promise.reject(new DOMException("", "QuotaExceededError"));
  const answers = [];
  for (const typed of ["4711", "1", "2", "3", "4", "5", "4711"]) answers.push((await pin().check(typed)).is);
  now += 30_000;
  answers.push((await pin().check("4711")).is);
  Disk.prototype.batch = batch;
  assert.deepEqual(answers, ["right", "wrong", "wrong", "wrong", "wrong", "wrong", "closed", "right"]);
  await pin().check("1");
  assert.equal(ofDevice.get("pin tries"), null, "the disk has the count again");
});
