/** COSE_Sign1 with ES256 (RFC 9052, RFC 9053): what a signed message holds, and whether a key has signed it. */

import { toBase64url, fromBase64url } from "./base64url.ts";
import { fromCbor, Sign1Tagged } from "./cbor.ts";

/** A signed message. Nothing in it is believed before `verifies` is true. */
export interface SignedMessage {
  /** The identifier of the key in the protected header, base64url. Several keys may have the same. */
  kid: string;
  payload: Uint8Array;
  /** r and s, 32 bytes each. */
  signature: Uint8Array<ArrayBuffer>;
  /** The bytes that were signed: the Sig_structure of RFC 9052 section 4.4. */
  toBeSigned: Uint8Array<ArrayBuffer>;
}

/** The coordinates of a P-256 key, base64url of 32 bytes each. */
export interface PublicKey {
  x: string;
  y: string;
}

/** Reads a COSE_Sign1, with or without its tag; null if it is none, or is signed in another way than ours. */
export function readSign1(bytes: Uint8Array): SignedMessage | null {
  const item = fromCbor(bytes);
  const parts = item instanceof Sign1Tagged ? item.content : item;
  if (!Array.isArray(parts) || parts.length !== 4) return null;
  const [head, loose, payload, signature] = parts as unknown[];
  if (!isBytes(head) || !isBytes(payload) || !isBytes(signature) || signature.length !== SIGNATURE_BYTES) return null;
  // The unprotected header is not signed, so ours is empty.
  if (!(loose instanceof Map) || loose.size > 0) return null;
  const kid = kidOf(head);
  if (kid === null) return null;
  return { kid, payload, signature: Uint8Array.from(signature), toBeSigned: sigStructure(head, payload) };
}

/** True if the key has signed the message. A key that is no point of the curve has signed nothing. */
export async function verifies({ signature, toBeSigned }: SignedMessage, key: PublicKey): Promise<boolean> {
  const [x, y] = [fromBase64url(key.x), fromBase64url(key.y)];
  if (x?.length !== 32 || y?.length !== 32) return false;
  const point = Uint8Array.of(UNCOMPRESSED, ...x, ...y);
  try {
    const imported = await crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported, signature, toBeSigned);
  } catch {
    return false;
  }
}

/** The identifier of the key in a protected header; null if the header asks for what this page does not do. */
function kidOf(head: Uint8Array): string | null {
  const header = fromCbor(head);
  if (!(header instanceof Map) || header.get(HEADER.alg) !== ES256 || header.has(HEADER.crit)) return null;
  const kid: unknown = header.get(HEADER.kid);
  return isBytes(kid) && kid.length === KID_BYTES ? toBase64url(kid) : null;
}

/** `["Signature1", protected, external_aad, payload]` in CBOR; there is no external_aad. */
function sigStructure(head: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const context = new TextEncoder().encode("Signature1");
  return Uint8Array.of(0x84, 0x60 | context.length, ...context, ...byteString(head), 0x40, ...byteString(payload));
}

/** A byte string in CBOR; ours are shorter than 64 kB. */
function byteString(bytes: Uint8Array): number[] {
  const { length } = bytes;
  const start = length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 0xff];
  return [...start, ...bytes];
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

/** Labels of the header (RFC 9052 section 3.1), and the algorithm ES256 (RFC 9053 section 2.1). */
const HEADER = { alg: 1, crit: 2, kid: 4 };
const ES256 = -7;
const SIGNATURE_BYTES = 64;
const KID_BYTES = 8;
/** The first byte of a point that is written with both coordinates (SEC 1 section 2.3.3). */
const UNCOMPRESSED = 4;
