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

/** A codec with the given bytes per pixel at full quality, which records what was tried. */
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

test("more pixels come before higher quality, and none are invented", async () => {
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

test("a thumbnail fits one packet, and noise that fits nowhere gives null", async () => {
  const bytes = await compress(codec(2).encode, CAMERA, THUMBNAIL_BUDGET);
  assert.ok(bytes && bytes.length <= 1500);
  assert.equal(await compress(async () => new Uint8Array(9_000_000), CAMERA, PHOTO_BUDGET), null);
});

const caps = (video_bps: number | null, pictures_bps: number | null) => ({ video_bps, pictures_bps }) as Caps;

test("the pace is what the server permits, in pieces that a voice need not wait for", () => {
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

test("a slim voice gives way to a photo that is permitted, and no other voice does", () => {
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

test("the copy in a packet is as old beside a photo as without one", () => {
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

/** A server that stores one photo, behind a link that can be cut. */
class FakePhotoServer {
  readonly clock = new VirtualClock();
  readonly asked: string[] = [];
  stored = new Uint8Array(0);
  up = true;
  /** The number of answers that are lost after the piece was stored. */
  loseAnswers = 0;
  answersAfter_ms = 0;
  failure: { status: number; code: string } | null = null;
  announced = false;
  #total = 0;

  transfer(bps = 80_000, piece = 1000, turn?: () => Promise<void>): PhotoTransfer {
    const ports = {
      clock: this.clock,
      fetch: (path: string, request: RequestInit) => this.#answer(path, request),
      pace: () => ({ bps, piece }),
      ...(turn && { turn }),
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
    // The server confirms the photo a moment after its last byte, to whoever asks again.
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

test("an upload is paced, and the next piece does not wait for a slow answer", async () => {
  const server = new FakePhotoServer();
  server.answersAfter_ms = 2_000;
  const sending = server.transfer(10_000).send(photo(4500));
  await server.clock.pass(2_000 + 3_200);
  assert.deepEqual(server.asked.slice(1), [0, 1000, 2000, 3000].map((at) => `PUT /photo?offset=${at}`));
  await server.clock.pass(8_000);
  await sending;
});

test("an upload without answers sends only a few pieces", async () => {
  const server = new FakePhotoServer();
  const sending = server.transfer(100_000).send(photo(60_000));
  await server.clock.pass(300);
  const before = server.asked.length;
  server.answersAfter_ms = 10_000;
  await server.clock.pass(4_000);
  assert.ok(server.asked.length - before <= 6, `${server.asked.length - before} more`);
  server.answersAfter_ms = 0;
  await server.clock.pass(30_000);
  await sending;
});

test("what is repeated waits for its turn like a new piece, so that nothing of an upload is sent beside a voice", async () => {
  const server = new FakePhotoServer();
  let thin = false;
  const waiting: (() => void)[] = [];
  const turn = () => (thin ? new Promise<void>((go) => waiting.push(go)) : Promise.resolve());
  const prepared = photo(4500);
  const sending = server.transfer(10_000, 1000, turn).send(prepared);
  await server.clock.pass(1_500);
  server.up = false;
  await server.clock.pass(2_000);
  thin = true;
  server.up = true;
  const before = server.asked.length;
  await server.clock.pass(60_000);
  assert.equal(server.asked.length, before, "the pieces that the outage took are not repeated now");
  thin = false;
  for (const go of waiting.splice(0)) go();
  await server.clock.pass(20_000);
  await sending;
  assert.deepEqual(server.stored, prepared.bytes);
});

test("an upload arrives whole, at its pace", async () => {
  const server = new FakePhotoServer();
  const prepared = photo(4500);
  let sent = false;
  const sending = server.transfer(10_000).send(prepared).then(() => (sent = true));
  await server.clock.pass(2_000);
  assert.ok(server.stored.length >= 2000 && server.stored.length <= 3000, `${server.stored.length} after 2 s`);
  await server.clock.pass(5_000);
  assert.ok(sent);
  await sending;
  assert.deepEqual(server.stored, prepared.bytes);
  assert.deepEqual(server.asked.slice(0, 3), ["POST /photo", "PUT /photo?offset=0", "PUT /photo?offset=1000"]);
});

test("after an outage only the unanswered piece is repeated", async () => {
  const server = new FakePhotoServer();
  const prepared = photo(6000);
  const transfer = server.transfer(80_000);
  const sending = transfer.send(prepared);
  await server.clock.pass(300);
  const before = server.stored.length;
  assert.ok(before > 1000 && before < 6000);
  server.up = false;
  await server.clock.pass(8_000);
  assert.ok(transfer.stuck.value);
  server.up = true;
  transfer.retryNow();
  await server.clock.pass(2_000);
  await sending;
  assert.deepEqual(server.stored, prepared.bytes);
  assert.ok(!transfer.stuck.value);
  assert.equal(server.asked.filter((line) => line.startsWith("POST")).length, 1);
});

test("a lost answer costs one repetition", async () => {
  const server = new FakePhotoServer();
  const prepared = photo(2500);
  const sending = server.transfer().send(prepared);
  server.loseAnswers = 1;
  await server.clock.pass(20_000);
  await sending;
  assert.deepEqual(server.stored, prepared.bytes);
});

test("an upload of a reloaded page continues from what the server holds", async () => {
  const server = new FakePhotoServer();
  const prepared = photo(5000);
  server.stored = prepared.bytes.slice(0, 3000);
  const sending = server.transfer().send(prepared);
  await server.clock.pass(2_000);
  await sending;
  assert.deepEqual(server.asked, ["POST /photo", "PUT /photo?offset=3000", "PUT /photo?offset=4000", "PUT /photo?offset=5000"]);
});

test("an upload that the server has dropped starts again", async () => {
  const server = new FakePhotoServer();
  const prepared = photo(3000);
  const sending = server.transfer(20_000).send(prepared);
  await server.clock.pass(600);
  assert.ok(server.stored.length >= 1000);
  server.stored = new Uint8Array(0);
  server.announced = false;
  await server.clock.pass(5_000);
  await sending;
  assert.deepEqual(server.stored, prepared.bytes);
});

test("a final refusal is reported, and a passing one is retried", async () => {
  const server = new FakePhotoServer();
  server.failure = { status: 503, code: "storage" };
  const sending = server.transfer().send(photo(500));
  await server.clock.pass(3_000);
  assert.ok(server.asked.length >= 3);
  server.failure = { status: 415, code: "photo_kind" };
  await Promise.all([
    assert.rejects(sending, (error) => error instanceof TransferError && error.code === "photo_kind"),
    server.clock.pass(9_000),
  ]);
});

test("a stopped transfer sends no more requests", async () => {
  const server = new FakePhotoServer();
  const transfer = server.transfer(10_000);
  const sending = transfer.send(photo(9000));
  const refused = assert.rejects(sending, { code: "stopped" });
  await server.clock.pass(1_500);
  transfer.stop();
  const asked = server.asked.length;
  await server.clock.pass(20_000);
  await refused;
  assert.equal(server.asked.length, asked);
});

test("a download comes in pieces and is accepted if its hash is right", async () => {
  const server = new FakePhotoServer();
  server.stored = Uint8Array.from(photo(4200).bytes);
  const file = { kind: "webp", width: 1, height: 1, bytes: 4200, sha256: await hash(server.stored) } as const;
  const right = await passing(server.clock, server.transfer().fetch(file));
  assert.deepEqual(right, server.stored);
  const wrong = server.transfer().fetch({ ...file, sha256: "other" });
  await assert.rejects(passing(server.clock, wrong), { code: "photo_damaged" });
});

/**
 * Lets time pass until the promise is done, because hashes are made on another thread that does not know the fake
 * clock.
 */
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
