import assert from "node:assert/strict";
import { test } from "node:test";
import type { PutCount, StockView } from "../../protocol/prescriptions.ts";
import { type OwnCount, type Put, StockBook } from "../offline/stock.ts";
import { ApiError } from "../signalling/session.ts";

const counted = (product: string, quantity: number, counted_at: number, proof = ""): OwnCount => ({ product, quantity, counted_at, proof, name: "" });

/** A store that forgets nothing, and one without space. */
function store(isFull = false) {
  const values = new Map<string, unknown>();
  return {
    values,
    get: async <T>(_: string, name: string) => structuredClone(values.get(name)) as T | undefined,
    put: async (_: string, name: string, value: unknown) => {
      if (isFull) throw new Error("no space");
      values.set(name, structuredClone(value));
    },
  };
}

/** A server on which the newest count stands; `refuses` names a product that it does not know. */
function server(refuses = "") {
  const lines = new Map<string, PutCount>();
  const asked: { products: string[]; proof: string }[] = [];
  let at = 100;
  const put: Put = async (counts, proof) => {
    asked.push({ products: counts.map(({ product }) => product), proof });
    if (counts.some(({ product }) => product === refuses)) throw new ApiError("malformed");
    for (const one of counts) if (one.counted_at > (lines.get(one.product)?.counted_at ?? -1)) lines.set(one.product, one);
    return view();
  };
  const view = (): StockView => ({ at: at++, lines: [...lines.values()].map((one) => ({ ...one, prescribed_since: 0, dispensed_since: 0 })) });
  return { lines, asked, put, view };
}

const quantities = (book: StockBook) => Object.fromEntries([...book.counts.value].map(([product, { quantity, at }]) => [product, at ? `${quantity} ${at}` : quantity]));

test("counts survive a power cut, and are sent once there is a network, those of each person apart", async () => {
  const kept = store();
  const before = new StockBook(kept);
  await Promise.all([before.count(counted("a", 3, 10, "awa")), before.count(counted("b", 0, 11)), before.count(counted("c", 7, 12, "awa"))]);
  await before.count(counted("a", 4, 13, "awa"));
  const book = new StockBook(kept);
  assert.equal(book.waiting.value, 0, "nothing is known before the store was read");
  await book.load();
  assert.equal(book.waiting.value, 3);
  assert.deepEqual(quantities(book), { a: "4 kept", b: "0 kept", c: "7 kept" });
  const { put, asked } = server();
  await assert.rejects(book.send(async () => Promise.reject(new ApiError("offline"))));
  assert.equal(book.waiting.value, 3, "what was not answered waits");
  await Promise.all([book.send(put), book.send(put)]);
  assert.deepEqual(asked, [{ products: ["b"], proof: "" }, { products: ["c", "a"], proof: "awa" }]);
  assert.deepEqual(quantities(book), { a: 4, b: 0, c: 7 });
  const later = new StockBook(kept);
  await later.load();
  assert.deepEqual([later.waiting.value, quantities(later)], [0, { a: 4, b: 0, c: 7 }]);
});

test("a product that is counted again while its count is sent waits with the newer one", async () => {
  const book = new StockBook(store());
  const { put } = server();
  await book.count(counted("a", 3, 10));
  await book.send(async (counts, proof) => {
    if (counts[0]!.quantity === 3) await book.count(counted("a", 5, 11));
    return put(counts, proof);
  });
  assert.deepEqual([book.waiting.value, quantities(book)], [0, { a: 5 }]);
});

test("of a count here and one of another tablet the newer one is shown", async () => {
  const book = new StockBook(store());
  const other = server();
  await other.put([{ product: "a", quantity: 9, counted_at: 20 }], "");
  await book.count(counted("a", 3, 10));
  await book.take(other.view());
  assert.deepEqual(quantities(book), { a: 9 });
  await book.count(counted("a", 2, 30));
  assert.deepEqual(quantities(book), { a: "2 kept" });
  await book.take({ at: 1, lines: [] });
  assert.deepEqual(quantities(book), { a: "2 kept" }, "an answer that is late changes nothing");
});

test("the one count that the server does not take stays and says so, and the others arrive", async () => {
  const book = new StockBook(store());
  const { put, lines } = server("x");
  for (const product of ["a", "x", "b"]) await book.count(counted(product, 1, 10));
  await book.send(put);
  assert.deepEqual([[...lines.keys()], book.waiting.value], [["a", "b"], 0]);
  assert.deepEqual(quantities(book), { a: 1, b: 1, x: "1 refused" });
});

test("a device without space says so until the count is sent, which it is all the same", async () => {
  const book = new StockBook(store(true));
  assert.ok(book.isKept.value);
  await book.count(counted("a", 3, 10));
  assert.ok(!book.isKept.value);
  const { put, lines } = server();
  await book.send(put);
  assert.equal(lines.get("a")?.quantity, 3);
  assert.ok(book.isKept.value, "nothing is left that could be lost");
});

test("a later count that the device has space for keeps those before it, too, and a kept count that is made again may find none", async () => {
  const disk = store();
  const { put } = disk;
  const isFull = (full: boolean) => void (disk.put = full ? async () => Promise.reject(new DOMException("", "QuotaExceededError")) : put);
  const book = new StockBook(disk);
  isFull(true);
  await book.count(counted("a", 3, 10));
  await book.count(counted("b", 4, 11));
  assert.ok(!book.isKept.value);
  isFull(false);
  await book.count(counted("c", 5, 12));
  assert.ok(book.isKept.value, "the warning is over, because all three are on the disk");
  const afterPowerCut = new StockBook(disk);
  await afterPowerCut.load();
  assert.deepEqual(quantities(afterPowerCut), { a: "3 kept", b: "4 kept", c: "5 kept" });
  isFull(true);
  await afterPowerCut.take({ at: 200, lines: [] });
  assert.ok(afterPowerCut.isKept.value, "an answer that finds no space loses no count");
  await afterPowerCut.count(counted("a", 2, 13));
  assert.ok(!afterPowerCut.isKept.value, "a kept count that is made again is warned of as any other");
});
