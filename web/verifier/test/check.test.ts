/** The way from a text to a verdict, with signed prescriptions of `issuer.ts`. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { check } from "../check.ts";
import type { TrustedKey } from "../../protocol/prescriptions.ts";
import { isDateDoubtful, type Verdict } from "../verdict.ts";
import { base45, cbor, type Changes, DAY, ID, Issuer, type Item, payload, SIGNED, textOf, UNTIL, UUID } from "./issuer.ts";

const sow = await Issuer.make("Dr Aminata Sow");
const diop = await Issuer.make("Dr Cheikh Diop");
const KEYS = [diop.entry, sow.entry];
const CLOCK = { now: SIGNED + DAY, known: true };

const judge = (text: string, keys: readonly TrustedKey[] = KEYS, clock = CLOCK): Promise<Verdict> => check(text, keys, clock);
const is = async (text: string, keys?: readonly TrustedKey[], clock?: typeof CLOCK) => (await judge(text, keys, clock)).is;
const left = (at: number): TrustedKey => ({ ...sow.entry, withdrawn: { at, why: "left" } });
const lost = (at: number): TrustedKey => ({ ...sow.entry, withdrawn: { at, why: "lost" } });

test("a signed prescription is authentic, and is read whole", async () => {
  const verdict = await judge(await sow.text());
  assert.deepEqual(verdict, {
    is: "authentic",
    signer: sow.entry,
    clock_behind: false,
    prescription: {
      id: UUID,
      post: "Poste de santé de Diawara",
      patient: { name: "A. D.", sex: "F", age: "27 ans" },
      prescriber: { name: "Dr Aminata Sow", order_number: "SN-1234" },
      lines: [
        { atc: "J01CA04", drug: "Amoxicilline 500 mg", directions: "1 gélule matin, midi et soir", days: 7, quantity: 21, unit: "gélules" },
        { atc: "", drug: "Paracétamol 500 mg", directions: "1 comprimé si fièvre", days: 0, quantity: 0, unit: "" },
      ],
      replaces: null,
      signed_at: SIGNED,
      valid_until: UNTIL,
    },
  });
});

test("the tag of a COSE_Sign1 may be there or not, and another tag may not", async () => {
  assert.equal(await is(textOf(await sow.sign(payload(), { tagged: false }))), "authentic");
  const tagged = await sow.sign(payload());
  assert.equal(tagged[0], 0xd2);
  tagged[0] = 0xd1;
  assert.equal(await is(textOf(tagged)), "not_a_prescription");
});

test("each of 200 single bits that is flipped is refused, with a list of both keys", async () => {
  const cose = await sow.sign(payload());
  const bits = cose.length * 8;
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const bit = Math.floor((i * bits) / 200);
    const flipped = Uint8Array.from(cose);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const verdict = await is(textOf(flipped));
    assert.ok(["tampered", "unknown_key", "not_a_prescription"].includes(verdict), `bit ${bit}: ${verdict}`);
    seen.add(verdict);
  }
  assert.ok(seen.has("tampered") && seen.has("not_a_prescription"), [...seen].join());
});

test("each bit of the header, of what is around it and of the signature is refused when it is flipped", async () => {
  const cose = await sow.sign(payload());
  const ends = [...Array(24).keys(), ...Array.from({ length: 66 }, (_, i) => cose.length - 1 - i)];
  for (const at of ends)
    for (let bit = 0; bit < 8; bit++) {
      const flipped = Uint8Array.from(cose);
      flipped[at]! ^= 1 << bit;
      assert.notEqual(await is(textOf(flipped)), "authentic", `byte ${at}, bit ${bit}`);
    }
});

test("a changed dose under the old signature is told from an unknown signer", async () => {
  const cose = await sow.sign(payload());
  const dose = Buffer.from(cose).indexOf("500 mg");
  cose[dose] = "8".charCodeAt(0);
  assert.equal(await is(textOf(cose)), "tampered");
  assert.deepEqual(await judge(await sow.text(), [diop.entry]), { is: "unknown_key", why: "not_listed" });
  assert.deepEqual(await judge(await sow.text(), []), { is: "unknown_key", why: "not_listed" });
});

test("a prescription expires a millisecond after the end of its validity", async () => {
  assert.equal(await is(await sow.text(), KEYS, { now: UNTIL, known: true }), "authentic");
  assert.equal(await is(await sow.text(), KEYS, { now: UNTIL + 1, known: true }), "expired");
});

test("a clock that is behind is told, and what has expired by then has expired for sure", async () => {
  const behind = async (now: number, known: boolean) => {
    const verdict = await judge(await sow.text(), KEYS, { now, known });
    return "clock_behind" in verdict ? [verdict.is, verdict.clock_behind] : [verdict.is];
  };
  assert.deepEqual(await behind(SIGNED + DAY, false), ["authentic", true]);
  assert.deepEqual(await behind(UNTIL + DAY, false), ["expired", true]);
  assert.deepEqual(await behind(SIGNED - DAY, true), ["authentic", true]);
  assert.deepEqual(await behind(SIGNED - 60_000, true), ["authentic", false]);
});

test("a date that nobody has confirmed is doubted where it makes a prescription expire", async () => {
  const expired = await judge(await sow.text(), KEYS, { now: UNTIL + 365 * DAY, known: true });
  assert.deepEqual([isDateDoubtful(expired, false), isDateDoubtful(expired, true)], [true, false]);
  const behind = await judge(await sow.text(), KEYS, { now: UNTIL + DAY, known: false });
  assert.equal(isDateDoubtful(behind, false), false, "a clock that is behind has a warning of its own");
  assert.equal(isDateDoubtful(await judge(await sow.text()), false), false);
});

test("all keys of one identifier are tried", async () => {
  const twin = await Issuer.make("Dr Fatou Fall", sow.kid);
  const third = await Issuer.make("Dr Ousmane Ba", sow.kid);
  for (const keys of [[sow.entry, twin.entry], [twin.entry, sow.entry]]) {
    const [bySow, byTwin] = [await judge(await sow.text(), keys), await judge(await twin.text(), keys)];
    assert.equal("signer" in bySow && bySow.signer.name, "Dr Aminata Sow");
    assert.equal("signer" in byTwin && byTwin.signer.name, "Dr Fatou Fall");
    assert.equal(await is(await third.text(), keys), "tampered");
  }
  const broken = { ...sow.entry, y: Buffer.alloc(32).toString("base64url") };
  assert.equal(await is(await sow.text(), [broken, sow.entry]), "authentic", "a key that is no point of the curve is passed over");
});

test("a lost key is not believed at all, whenever it signed and whatever", async () => {
  const at = UNTIL + DAY;
  assert.deepEqual(await judge(await sow.text(), [lost(at)]), { is: "withdrawn_key", why: "lost", signer: lost(at), at });
  assert.equal(await is(await sow.text({ table: [[1, 2]] }), [lost(at)]), "withdrawn_key");
  assert.equal(await is(await sow.text(), [lost(at), sow.entry]), "withdrawn_key", "also if the list has the key twice");
  assert.equal(await is(await diop.text(), [lost(at), diop.entry]), "authentic", "other keys are not touched");
});

test("a key whose holder left is believed up to that moment", async () => {
  assert.equal(await is(await sow.text(), [left(SIGNED)]), "authentic");
  assert.equal(await is(await sow.text(), [left(SIGNED + DAY)]), "authentic");
  const at = SIGNED - 1000;
  assert.deepEqual(await judge(await sow.text(), [left(at)]), { is: "withdrawn_key", why: "left", signer: left(at), at });
});

test("a key is believed only for the time for which it is certified", async () => {
  for (const [from, to] of [[SIGNED + 1, UNTIL], [SIGNED - DAY, SIGNED - 1]] as const)
    assert.deepEqual(await judge(await sow.text(), [{ ...sow.entry, from, to }]), { is: "unknown_key", why: "not_certified" });
  const renewed = { ...sow.entry, from: SIGNED, to: SIGNED };
  assert.equal(await is(await sow.text(), [{ ...sow.entry, to: SIGNED - 1 }, renewed]), "authentic");
});

test("another version of the table is told only if a key has signed it", async () => {
  for (const version of [0, 2, 99]) assert.equal(await is(await sow.text({ table: [[1, version], [6, "?"]] })), "newer_version");
  assert.equal(await is(await sow.text({ table: [[1, 2]] }), [diop.entry]), "unknown_key");
});

test("what a key has signed and is no prescription is not shown as one", async () => {
  const others: Changes[] = [
    { table: [[1, "1"]] },
    { table: [[1, undefined]] },
    { table: [[2, ID.subarray(1)]] },
    { table: [[3, undefined]] },
    { table: [[4, ["A. D.", "F"]]] },
    { table: [[4, ["A. D.", "X", ""]]] },
    { table: [[5, ["Dr Sow", 7]]] },
    { table: [[6, []]] },
    { table: [[6, Array.from({ length: 11 }, () => ["", "a", "b", 1, 1, ""])]] },
    { table: [[6, [["", "a", "b", 1]]]] },
    { table: [[6, [["", "a", "b", 1, 1]]]] },
    { table: [[6, [["", "a", "b", 1, 1, 1]]]] },
    { table: [[6, [["", "a", "b", 1, 1, "ml", ""]]]] },
    { table: [[6, [["", "a", "b", -1, 1, ""]]]] },
    { table: [[6, [["", "a", "b", "1", 1, ""]]]] },
    { table: [[7, ID.subarray(2)]] },
    { claims: [[1, undefined]] },
    { claims: [[4, undefined]] },
    { claims: [[6, 1.5]] },
    { claims: [[6, -1]] },
    { claims: [[-260, undefined]] },
    { claims: [[-260, new Map([[-1, new Map()]])]] },
  ];
  for (const change of others) assert.equal(await is(await sow.text(change)), "not_a_prescription", JSON.stringify(change));
  for (const content of [cbor("bonjour"), cbor([1]), new Uint8Array(), Uint8Array.of(...payload(), 0)]) assert.equal(await is(textOf(await sow.sign(content))), "not_a_prescription");
});

test("a prescription that replaces none may say so", async () => {
  assert.equal(await is(await sow.text({ table: [[7, null]] })), "authentic");
});

test("texts of everyday are kept as they were signed", async () => {
  const table: [Item, Item][] = [[4, ["", "", ""]], [5, ["Dr Ɓinta Ñaan Ŋom", ""]], [6, [["", "Fer", "½ comprimé", 30, 7.5, "comprimés"]]], [7, ID]];
  const verdict = await judge(await sow.text({ table }));
  assert.ok("prescription" in verdict);
  const { patient, prescriber, lines: [line], replaces } = verdict.prescription;
  assert.deepEqual([patient, prescriber.name, line?.quantity, line?.unit, replaces], [{ name: "", sex: "", age: "" }, "Dr Ɓinta Ñaan Ŋom", 7.5, "comprimés", UUID]);
});

test("another algorithm, a critical header and anything unsigned are refused", async () => {
  const signed = (protectedHeader: Uint8Array) => sow.sign(payload(), { protectedHeader });
  for (const alg of [-8, -35, -37, 5, "ES256"]) assert.equal(await is(textOf(await signed(sow.header([[1, alg]])))), "not_a_prescription", String(alg));
  assert.equal(await is(textOf(await signed(sow.header([[2, [4]]])))), "not_a_prescription");
  assert.equal(await is(textOf(await signed(cbor(new Map<Item, Item>([[1, -7]]))))), "not_a_prescription", "no key identifier");
  assert.equal(await is(textOf(await signed(sow.header([[4, sow.kid.subarray(1)]])))), "not_a_prescription", "a short one");
  assert.equal(await is(textOf(await sow.sign(payload(), { unprotected: new Map([[4, sow.kid]]) }))), "not_a_prescription");
  assert.equal(await is(textOf(await sow.sign(payload(), { unprotected: [] }))), "not_a_prescription");
});

test("a signature in the form of DER, or of another length, is refused", async () => {
  const cose = await sow.sign(payload());
  const [header, content] = [sow.header(), payload()];
  const raw = cose.slice(-64);
  for (const signature of [raw.slice(1), Uint8Array.of(...raw, 0), Uint8Array.of(0x30, 0x44, 2, 32, ...raw.slice(0, 32), 2, 32, ...raw.slice(32)), new Uint8Array()])
    assert.equal(await is(textOf(cbor([header, new Map(), content, signature]))), "not_a_prescription");
  assert.equal(await is(textOf(cbor([header, new Map(), content, new Uint8Array(64)]))), "tampered", "r and s of zero");
  assert.equal(await is(textOf(cbor([header, new Map(), content, raw]))), "authentic", "put together anew");
});

test("bytes after the message are refused", async () => {
  assert.equal(await is(textOf(Uint8Array.of(...(await sow.sign(payload())), 0))), "not_a_prescription");
  assert.equal(await is((await sow.text()) + "0"), "not_a_prescription");
});

test("other texts are no prescriptions, however long or odd they are", async () => {
  const good = await sow.text();
  const bomb = `HC1:${base45(deflateSync(Buffer.alloc(500_000), { level: 9 }))}`;
  assert.ok(bomb.length < 1200, "the text of the bomb is short enough to be looked at");
  const deep = `HC1:${base45(deflateSync(Buffer.alloc(4000, 0x81), { level: 9 }))}`;
  const random = Array.from({ length: 50 }, (_, i) => `HC1:${base45(randomBytes(i * 8))}`);
  const others = ["", "HC1:", "https", "hc1:" + good.slice(4), good.slice(4), "HC2:" + good.slice(4), " " + good, good.toLowerCase(), good + "é", bomb, deep, "HC1:" + "0".repeat(1197), ...random];
  for (const text of others) assert.equal(await is(text), "not_a_prescription", text.slice(0, 60));
});

test("a text over 1,200 characters is not looked at", async () => {
  const long = textOf(await sow.sign(payload({ table: [[3, randomBytes(700).toString("base64")]] })));
  assert.ok(long.length > 1200, String(long.length));
  assert.equal(await is(long), "not_a_prescription");
});

test("the example is small enough for a code that a telephone reads", async () => {
  const text = await sow.text();
  assert.ok(text.length < 600, String(text.length));
});
