import assert from "node:assert/strict";
import { test } from "node:test";
import type { Caps } from "../../protocol/messages.ts";
import { PhotoTransfer, TransferError } from "../photos/transfer.ts";
import { type Encode, compress, PHOTO_BUDGET, type Size, sizesFor, THUMBNAIL_BUDGET } from "../photos/compress.ts";
import { base64, hash, type PreparedPhoto } from "../photos/prepare.ts";
import { duration_ms, OVERHEAD, paceOf, photoBytes, UNLIMITED, widened } from "../photos/pace.ts";
import { LEAN_PTIME_MS, LEAN_VOICE_BPS, leanVoice } from "../webrtc/audio-params.ts";
import { VirtualClock } from "./fake-server.ts";

const CAMERA: Size = { width: 4000, height: 3000 };

/** A codec of so many bytes a pixel at full quality; what was tried is written down. */
function codec(bytesPerPixel: number) {
  const tried: { width: number; quality: number; length: number }[] = [];
  const encode: Encode = async ({ width, height }, quality) => {
    const length = Math.ceil(width * height * bytesPerPixel * quality ** 2) + 20;
    tried.push({ width, quality, length });
    return new Uint8Array(length);
  };
  return { encode, tried };
}

test("a photo fits its budget, whatever it shows, and nearly fills it", async () => {
  for (const detail of [0.02, 0.1, 0.4, 1, 3]) {
    const { encode, tried } = codec(detail);
    const bytes = await compress(encode, CAMERA, PHOTO_BUDGET);
    assert.ok(bytes && bytes.length <= PHOTO_BUDGET.bytes, `${detail}: ${bytes?.length}`);
    assert.ok(tried.length <= PHOTO_BUDGET.sides.length + 4, `${tried.length} tries on a tablet`);
    if (detail >= 0.1 && detail < 3) assert.ok(bytes.length > PHOTO_BUDGET.bytes * 0.45, `${detail}: ${bytes.length} are too few`);
  }
});

test("pixels come before quality, and none are made up", async () => {
  const plain = codec(0.02);
  await compress(plain.encode, CAMERA, PHOTO_BUDGET);
  assert.equal(plain.tried.at(-1)!.width, 2048);
  const small = codec(0.02);
  await compress(small.encode, { width: 640, height: 480 }, PHOTO_BUDGET);
  assert.equal(small.tried[0]!.width, 640);
  assert.deepEqual(sizesFor({ width: 300, height: 400 }, [800, 200]), [
    { width: 300, height: 400 },
    { width: 150, height: 200 },
  ]);
});

test("a thumbnail is one packet; noise that fits nowhere is told", async () => {
  const bytes = await compress(codec(2).encode, CAMERA, THUMBNAIL_BUDGET);
  assert.ok(bytes && bytes.length <= 1500);
  assert.equal(await compress(async () => new Uint8Array(9_000_000), CAMERA, PHOTO_BUDGET), null);
});

const caps = (video_bps: number | null, pictures_bps: number | null) => ({ video_bps, pictures_bps }) as Caps;

test("the pace is what the server permits, in pieces for which voice need not wait", () => {
  assert.equal(paceOf(caps(null, 12_000)).bps, 12_000);
  assert.ok(paceOf(caps(null, 12_000)).piece <= 800, "200 ms on a link of 40 kbit/s");
  assert.ok(paceOf(caps(null, null)).bps < 5_000 && paceOf(null).bps < 5_000);
  assert.equal(paceOf(caps(400_000, null)).bps, 200_000);
  assert.ok(duration_ms(UNLIMITED, 16_384) < 20);
  assert.equal(paceOf(caps(null, 20_000)).piece, 1_170, "one packet");
  assert.deepEqual(widened(paceOf(null), 11_000), paceOf(null), "a thin link shows no more");
  assert.equal(widened(paceOf(null), 400_000).bps, 100_000, "ours is wide, another one is thin");
  assert.equal(photoBytes(paceOf(caps(null, 12_000)), 80_000), 80_000);
  assert.equal(photoBytes(paceOf(null), 80_000), 22_500, "a minute");
  assert.equal(Math.round(duration_ms({ bps: 8_000, piece: 750 }, 750)), 750 + OVERHEAD);
});

test("a slim voice leaves some of its own to a photo that is permitted, and no other voice does", () => {
  const slim = { video_bps: null, pictures_bps: 4_000, audio_bps: 12_000, ptime_ms: 60, red: 1 } as Caps;
  const { audio_bps, ptime_ms } = leanVoice(slim);
  assert.deepEqual({ audio_bps, ptime_ms }, { audio_bps: LEAN_VOICE_BPS, ptime_ms: LEAN_PTIME_MS });
  assert.equal(paceOf(slim).bps, 20_650, "what pictures may, what the voice gives up twice, half of its headers, and some of its pauses");
  assert.equal(paceOf({ ...slim, red: 0 }).bps, 14_000);
  const slimmest = { ...slim, pictures_bps: null, audio_bps: 7_500, ptime_ms: 120, red: 2 };
  assert.equal(paceOf(slimmest).bps, 3_150, "24 kbit/s");
  for (const other of [{ pictures_bps: null, red: 0 }, { ptime_ms: 20 }, { audio_bps: 6_000, ptime_ms: 120 }]) {
    const caps = { ...slim, ...other };
    assert.ok(paceOf(caps).bps <= 4_000, JSON.stringify(other));
    assert.deepEqual(leanVoice(caps), caps);
  }
});

test("beside a photo a copy comes as late as without", () => {
  const late_ms = ({ ptime_ms, red }: Caps) => ptime_ms * red;
  const voice = { video_bps: null, pictures_bps: 4_000, audio_bps: 12_000 } as Caps;
  for (const how of [{ ptime_ms: 60, red: 2 }, { ptime_ms: 120, red: 2 }, { ptime_ms: 120, red: 1 }])
    assert.equal(late_ms(leanVoice({ ...voice, ...how })), late_ms({ ...voice, ...how }));
  assert.equal(leanVoice({ ...voice, ptime_ms: 60, red: 1 }).red, 1, "the next packet, which is a longer one");
  assert.equal(leanVoice({ ...voice, ptime_ms: 60, red: 0 }).red, 0);
});

test("hashes and base64url are those of the server", async () => {
  assert.equal(base64(Uint8Array.from([255, 254, 253, 252])), "__79_A");
  assert.equal(await hash(new Uint8Array(0)), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
});

/** A server that keeps one photo, and a link that can be cut. */
class Shelf {
  readonly clock = new VirtualClock();
  readonly asked: string[] = [];
  stored = new Uint8Array(0);
  up = true;
  /** What it holds is acknowledged, but the answer does not come. */
  loseAnswers = 0;
  answersAfter_ms = 0;
  failure: { status: number; code: string } | null = null;
  announced = false;
  #total = 0;

  transfer(bps = 80_000, piece = 1000): PhotoTransfer {
    const ports = {
      clock: this.clock,
      fetch: (path: string, request: RequestInit) => this.#answer(path, request),
      pace: () => ({ bps, piece }),
    };
    return new PhotoTransfer(ports, "/photo");
  }

  async #answer(path: string, { method = "GET", body, signal }: RequestInit): Promise<Response> {
    this.asked.push(`${method} ${path}`);
    if (this.answersAfter_ms) await new Promise<void>((done) => this.clock.after(this.answersAfter_ms, done));
    if (!this.up)
      return new Promise((_, fail) => signal!.addEventListener("abort", () => fail(new Error("cut"))));
    if (this.failure) return Response.json({ code: this.failure.code }, { status: this.failure.status });
    if (method === "POST") {
      this.announced = true;
      this.#total = JSON.parse(body as string).bytes;
    }
    if (method === "PUT") {
      const offset = Number(new URLSearchParams(path.split("?")[1]).get("offset"));
      if (!this.announced || offset > this.stored.length) return Response.json({ code: "photo_offset" }, { status: 409 });
      const piece = body as Uint8Array;
      const fresh = piece.subarray(this.stored.length - offset);
      if (fresh.length) this.stored = Uint8Array.from([...this.stored, ...fresh]);
    }
    if (method === "GET") {
      const part = new URLSearchParams(path.split("?")[1]);
      const offset = Number(part.get("offset"));
      return new Response(this.stored.slice(offset, offset + Number(part.get("length"))));
    }
    if (this.loseAnswers-- > 0)
      return new Promise((_, fail) => signal!.addEventListener("abort", () => fail(new Error("lost"))));
    // The fact comes a moment after the last byte: whoever asks again is told.
    const again = method === "POST" || (body as Uint8Array).length === 0;
    return Response.json({ held: this.stored.length, stored: again && this.stored.length === this.#total });
  }
}

const photo = (length: number): PreparedPhoto => ({
  kind: "webp",
  bytes: Uint8Array.from({ length }, (_, at) => (at * 7) % 251),
  thumbnail: new Uint8Array(10),
  sha256: "x",
});

test("a photo travels in paced pieces, and the next one does not wait for a slow answer", async () => {
  const shelf = new Shelf();
  shelf.answersAfter_ms = 2_000;
  const sending = shelf.transfer(10_000).send(photo(4500));
  await shelf.clock.pass(2_000 + 3_200);
  assert.deepEqual(shelf.asked.slice(1), [0, 1000, 2000, 3000].map((at) => `PUT /photo?offset=${at}`));
  await shelf.clock.pass(8_000);
  await sending;
});

test("where nothing is answered only a few pieces are said", async () => {
  const shelf = new Shelf();
  const sending = shelf.transfer(100_000).send(photo(60_000));
  await shelf.clock.pass(300);
  const before = shelf.asked.length;
  shelf.answersAfter_ms = 10_000;
  await shelf.clock.pass(4_000);
  assert.ok(shelf.asked.length - before <= 6, `${shelf.asked.length - before} more`);
  shelf.answersAfter_ms = 0;
  await shelf.clock.pass(30_000);
  await sending;
});

test("a photo travels in paced pieces", async () => {
  const shelf = new Shelf();
  const packed = photo(4500);
  let sent = false;
  const sending = shelf.transfer(10_000).send(packed).then(() => (sent = true));
  await shelf.clock.pass(2_000);
  assert.ok(shelf.stored.length >= 2000 && shelf.stored.length <= 3000, `${shelf.stored.length} after 2 s`);
  await shelf.clock.pass(5_000);
  assert.ok(sent);
  await sending;
  assert.deepEqual(shelf.stored, packed.bytes);
  assert.deepEqual(shelf.asked.slice(0, 3), ["POST /photo", "PUT /photo?offset=0", "PUT /photo?offset=1000"]);
});

test("after an outage the piece of then is said again, and nothing else", async () => {
  const shelf = new Shelf();
  const packed = photo(6000);
  const transfer = shelf.transfer(80_000);
  const sending = transfer.send(packed);
  await shelf.clock.pass(300);
  const before = shelf.stored.length;
  assert.ok(before > 1000 && before < 6000);
  shelf.up = false;
  await shelf.clock.pass(8_000);
  assert.ok(transfer.stuck.value);
  shelf.up = true;
  transfer.retryNow();
  await shelf.clock.pass(2_000);
  await sending;
  assert.deepEqual(shelf.stored, packed.bytes);
  assert.ok(!transfer.stuck.value);
  assert.equal(shelf.asked.filter((line) => line.startsWith("POST")).length, 1);
});

test("an answer that was lost costs one repetition", async () => {
  const shelf = new Shelf();
  const packed = photo(2500);
  const sending = shelf.transfer().send(packed);
  shelf.loseAnswers = 1;
  await shelf.clock.pass(20_000);
  await sending;
  assert.deepEqual(shelf.stored, packed.bytes);
});

test("a page that was reloaded goes on where the server is", async () => {
  const shelf = new Shelf();
  const packed = photo(5000);
  shelf.stored = packed.bytes.slice(0, 3000);
  const sending = shelf.transfer().send(packed);
  await shelf.clock.pass(2_000);
  await sending;
  assert.deepEqual(shelf.asked, ["POST /photo", "PUT /photo?offset=3000", "PUT /photo?offset=4000", "PUT /photo?offset=5000"]);
});

test("a server that has forgotten is told from the beginning", async () => {
  const shelf = new Shelf();
  const packed = photo(3000);
  const sending = shelf.transfer(20_000).send(packed);
  await shelf.clock.pass(600);
  assert.ok(shelf.stored.length >= 1000);
  shelf.stored = new Uint8Array(0);
  shelf.announced = false;
  await shelf.clock.pass(5_000);
  await sending;
  assert.deepEqual(shelf.stored, packed.bytes);
});

test("what trying again cannot mend is told; what it can is tried", async () => {
  const shelf = new Shelf();
  shelf.failure = { status: 503, code: "storage" };
  const sending = shelf.transfer().send(photo(500));
  await shelf.clock.pass(3_000);
  assert.ok(shelf.asked.length >= 3);
  shelf.failure = { status: 415, code: "photo_kind" };
  await Promise.all([
    assert.rejects(sending, (error) => error instanceof TransferError && error.code === "photo_kind"),
    shelf.clock.pass(9_000),
  ]);
});

test("one that is stopped asks for nothing more", async () => {
  const shelf = new Shelf();
  const transfer = shelf.transfer(10_000);
  const sending = transfer.send(photo(9000));
  const refused = assert.rejects(sending, { code: "stopped" });
  await shelf.clock.pass(1_500);
  transfer.stop();
  const asked = shelf.asked.length;
  await shelf.clock.pass(20_000);
  await refused;
  assert.equal(shelf.asked.length, asked);
});

test("a photo is fetched in pieces and believed when its hash is right", async () => {
  const shelf = new Shelf();
  shelf.stored = Uint8Array.from(photo(4200).bytes);
  const file = { kind: "webp", width: 1, height: 1, bytes: 4200, sha256: await hash(shelf.stored) } as const;
  const right = await passing(shelf.clock, shelf.transfer().fetch(file));
  assert.deepEqual(right, shelf.stored);
  const wrong = shelf.transfer().fetch({ ...file, sha256: "other" });
  await assert.rejects(passing(shelf.clock, wrong), { code: "photo_damaged" });
});

/** Lets time pass until it is done: hashes are made on another thread, which knows nothing of our clock. */
async function passing<T>(clock: VirtualClock, done: Promise<T>): Promise<T> {
  let over = false;
  const end = () => (over = true);
  done.then(end, end);
  while (!over) {
    await clock.pass(100);
    await new Promise((turn) => setTimeout(turn, 1));
  }
  return done;
}
