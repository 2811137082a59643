import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { SpokenOffer } from "../../protocol/api.ts";
import { type FileShelf, pathOf, SpokenSentences } from "../offline/spoken.ts";

const blob = (bytes: number, fill = 1): Blob => new Blob([new Uint8Array(bytes).fill(fill)]);

async function offer(sentence: SpokenOffer["sentence"], sound: Blob, version = 1): Promise<SpokenOffer> {
  const sha256 = createHash("sha256").update(new Uint8Array(await sound.arrayBuffer())).digest("base64url");
  return { sentence, language: "ff", version, stand_in: false, duration_ms: 1000, bytes: sound.size, sha256 };
}

/** A device that keeps files, and a server that has them; a byte takes `ms_per_byte`. */
function rig(ms_per_byte = 0.01) {
  const kept = new Map<string, Blob>();
  const server = new Map<string, Blob>();
  let now = 0;
  const asked: string[] = [];
  const files: FileShelf = {
    get: async (path) => kept.get(path) ?? null,
    put: async (path, file) => void kept.set(path, file),
    delete: async (path) => void kept.delete(path),
    paths: async () => [...kept.keys()],
  };
  const fetch = async (path: string, signal: AbortSignal) => {
    asked.push(path);
    const file = server.get(path);
    if (!file || signal.aborted) throw new Error("offline");
    now += file.size * ms_per_byte;
    return file;
  };
  const offers = async (...list: [SpokenOffer, Blob][]) => {
    server.set("/api/spoken", new Blob([JSON.stringify(list.map(([one]) => one))]));
    for (const [one, sound] of list) server.set(pathOf(one), sound);
  };
  const make = () => new SpokenSentences({ files, fetch, now: () => now });
  return { kept, server, asked, offers, make };
}

test("a round fetches what is missing once, and a later page has it without a network", async () => {
  const { asked, offers, make, server } = rig();
  const sound = blob(9000);
  const wait = await offer("wait", sound);
  await offers([wait, sound]);
  const sentences = make();
  assert.equal(await sentences.round(new AbortController().signal), "whole");
  assert.equal(await sentences.round(new AbortController().signal), "whole");
  assert.deepEqual(asked, ["/api/spoken", "/api/spoken/wait/ff/1", "/api/spoken"]);
  server.clear();
  const later = make();
  await later.load();
  assert.deepEqual(later.offers.value, [wait]);
  assert.equal((await later.sound(wait))?.size, 9000);
  assert.equal(await later.round(new AbortController().signal), "broken");
  assert.ok(later.has(wait), "a broken round takes nothing away");
});

test("a thin link gets one sound a round, and a round that is given up fetches nothing more", async () => {
  const { asked, offers, make } = rig(0.2);
  const sounds = [blob(9000, 1), blob(9000, 2), blob(9000, 3)] as const;
  const [a, b, c] = [await offer("wait", sounds[0]), await offer("fear", sounds[1]), await offer("drink", sounds[2])];
  await offers([a, sounds[0]], [b, sounds[1]], [c, sounds[2]]);
  const sentences = make();
  assert.equal(await sentences.round(new AbortController().signal), "slow");
  assert.deepEqual([a, b, c].map((one) => sentences.has(one)), [true, false, false]);
  assert.equal(await sentences.round(new AbortController().signal), "slow");
  assert.deepEqual([a, b, c].map((one) => sentences.has(one)), [true, true, false]);
  const before = asked.length;
  assert.equal(await sentences.round(AbortSignal.abort()), "broken");
  assert.equal(asked.length, before + 1, "only the list was tried");
});

test("a sound that is not what was offered is neither kept nor played", async () => {
  const { kept, offers, make, server } = rig();
  const sound = blob(9000);
  const wait = await offer("wait", sound);
  await offers([wait, sound]);
  server.set(pathOf(wait), blob(9000, 7));
  const sentences = make();
  assert.equal(await sentences.round(new AbortController().signal), "broken");
  assert.ok(!sentences.has(wait) && !kept.has(pathOf(wait)));
  await assert.rejects(sentences.fetchNow(wait));
  server.set(pathOf(wait), sound);
  await sentences.fetchNow(wait);
  kept.set(pathOf(wait), blob(9000, 8));
  assert.equal(await sentences.sound(wait), null, "the device has damaged it");
  assert.ok(!sentences.has(wait) && !kept.has(pathOf(wait)), "it is fetched again");
  kept.set("/api/spoken", new Blob(["{half a li"]));
  const later = make();
  await later.load();
  assert.deepEqual(later.offers.value, [], "a damaged list is asked for again");
});

test("a sentence that was withdrawn leaves the device at the next round", async () => {
  const { kept, offers, make } = rig();
  const sound = blob(9000);
  const [first, second] = [await offer("wait", sound, 1), await offer("wait", sound, 2)];
  await offers([first, sound]);
  const sentences = make();
  await sentences.round(new AbortController().signal);
  await offers([second, sound]);
  await sentences.round(new AbortController().signal);
  assert.deepEqual([...kept.keys()].sort(), ["/api/spoken", pathOf(second)]);
  assert.equal(await sentences.sound(first), null);
});
