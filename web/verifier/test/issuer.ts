/**
 * Makes signed prescriptions for the tests. It shares no code with the page: an encoder of CBOR and of base45 of its own, zlib of node,
 * and keys that are made anew for each run.
 */

import { deflateSync } from "node:zlib";
import type { TrustedKey } from "../../protocol/prescriptions.ts";

/** What the encoder writes: whole numbers, fractions, texts, bytes, arrays, maps with any keys, and tags. */
export type Item = number | string | boolean | null | Uint8Array | Item[] | Map<Item, Item> | Tagged;

export class Tagged {
  readonly tag: number;
  readonly item: Item;

  constructor(tag: number, item: Item) {
    this.tag = tag;
    this.item = item;
  }
}

export function cbor(item: Item): Uint8Array<ArrayBuffer> {
  if (typeof item === "number" && Number.isInteger(item)) return item < 0 ? head(1, -1 - item) : head(0, item);
  if (typeof item === "number") return fraction(item);
  if (typeof item === "boolean") return Uint8Array.of(item ? 0xf5 : 0xf4);
  if (item === null) return Uint8Array.of(0xf6);
  if (typeof item === "string") return joined(head(3, new TextEncoder().encode(item).length), new TextEncoder().encode(item));
  if (item instanceof Uint8Array) return joined(head(2, item.length), item);
  if (item instanceof Tagged) return joined(head(6, item.tag), cbor(item.item));
  if (Array.isArray(item)) return joined(head(4, item.length), ...item.map(cbor));
  return joined(head(5, item.size), ...[...item].flatMap(([key, value]) => [cbor(key), cbor(value)]));
}

export function base45(bytes: Uint8Array): string {
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const digits = (value: number, count: number) =>
    Array.from({ length: count }, (_, i) => alphabet[Math.floor(value / 45 ** i) % 45]).join("");
  let text = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) text += digits(bytes[i]! * 256 + bytes[i + 1]!, 3);
  return bytes.length % 2 ? text + digits(bytes.at(-1)!, 2) : text;
}

/** The text of a QR code for the bytes of a COSE message. */
export const textOf = (cose: Uint8Array): string => `HC1:${base45(deflateSync(cose, { level: 9 }))}`;

/** A specialist with a key. */
export class Issuer {
  readonly #pair: CryptoKeyPair;
  readonly kid: Uint8Array<ArrayBuffer>;
  readonly entry: TrustedKey;

  private constructor(pair: CryptoKeyPair, kid: Uint8Array<ArrayBuffer>, entry: TrustedKey) {
    this.#pair = pair;
    this.kid = kid;
    this.entry = entry;
  }

  static async make(name: string, kid = crypto.getRandomValues(new Uint8Array(8))): Promise<Issuer> {
    const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"])) as CryptoKeyPair;
    const { x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const entry = { kid: Buffer.from(kid).toString("base64url"), x: x!, y: y!, name, order_number: "SN-1234", from: SIGNED - 1000 * DAY, to: SIGNED + 1000 * DAY };
    return new Issuer(pair, kid, entry);
  }

  /** A COSE_Sign1 of a payload. */
  async sign(payload: Uint8Array, { tagged = true, protectedHeader = this.header(), unprotected = new Map() as Item } = {}): Promise<Uint8Array<ArrayBuffer>> {
    const toBeSigned = cbor(["Signature1", protectedHeader, new Uint8Array(), payload]);
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, this.#pair.privateKey, toBeSigned);
    const message: Item = [protectedHeader, unprotected, payload, new Uint8Array(signature)];
    return cbor(tagged ? new Tagged(18, message) : message);
  }

  /** The protected header, with other values or further ones. */
  header(changes: [Item, Item][] = []): Uint8Array {
    return cbor(new Map<Item, Item>([[1, -7], [4, this.kid], ...changes]));
  }

  /** The text of a signed prescription. */
  async text(changes: Changes = {}): Promise<string> {
    return textOf(await this.sign(payload(changes)));
  }
}

/** Changes to the example: claims, and keys of the table; `undefined` leaves a key out. */
export interface Changes {
  claims?: [Item, Item | undefined][];
  table?: [Item, Item | undefined][];
}

/** The payload of the example of a prescription, with changes. */
export function payload({ claims = [], table = [] }: Changes = {}): Uint8Array<ArrayBuffer> {
  const prescription = changed(
    [
      [1, 1],
      [2, ID],
      [3, "Poste de santé de Diawara"],
      [4, ["A. D.", "F", "27 ans"]],
      [5, ["Dr Aminata Sow", "SN-1234"]],
      [6, [["J01CA04", "Amoxicilline 500 mg", "1 gélule matin, midi et soir", 7, 21, "gélules"], ["", "Paracétamol 500 mg", "1 comprimé si fièvre", 0, 0, ""]]],
    ],
    table,
  );
  const all: [Item, Item][] = [[1, "SN"], [6, SIGNED / 1000], [4, UNTIL / 1000], [-260, new Map<Item, Item>([[-7, prescription]])]];
  return cbor(changed(all, claims));
}

function changed(all: [Item, Item][], changes: [Item, Item | undefined][]): Map<Item, Item> {
  const map = new Map<Item, Item>(all);
  for (const [key, value] of changes) value === undefined ? map.delete(key) : map.set(key, value);
  return map;
}

function head(major: number, value: number): Uint8Array<ArrayBuffer> {
  const first = major << 5;
  if (value < 24) return Uint8Array.of(first | value);
  if (value < 2 ** 8) return Uint8Array.of(first | 24, value);
  if (value < 2 ** 16) return Uint8Array.of(first | 25, value >> 8, value & 255);
  const four = new Uint8Array(5);
  four[0] = first | 26;
  new DataView(four.buffer).setUint32(1, value);
  return four;
}

function fraction(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(9);
  bytes[0] = 0xfb;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}

export const DAY = 24 * 3_600_000;
/** Signed on 20 November 2026, valid for thirty days. */
export const SIGNED = Date.UTC(2026, 10, 20, 10);
export const UNTIL = SIGNED + 30 * DAY;
export const ID = Uint8Array.from({ length: 16 }, (_, i) => 0x11 * i);
/** The same identifier as it is written. */
export const UUID = "00112233-4455-6677-8899-aabbccddeeff";
