/** CBOR (RFC 8949) as prescriptions use it: definite lengths, shortest forms, no key twice, and bounds on size and depth. */

import { decode, type DecodeOptions, type Token, Tokenizer, Type } from "cborg";

/** The content of tag 18, which marks a COSE_Sign1 (RFC 9052 section 2). */
export class Sign1Tagged {
  readonly content: unknown;

  constructor(content: unknown) {
    this.content = content;
  }
}

/** The value of an item of CBOR with nothing after it; `undefined` if it is anything else. Maps are `Map`s. */
export function fromCbor(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BYTES) return undefined;
  try {
    return decode(bytes, { ...OPTIONS, tokenizer: new ShallowTokenizer(bytes, OPTIONS) });
  } catch {
    return undefined;
  }
}

/** Refuses what is nested too deeply, because the decoder calls itself for each level. */
class ShallowTokenizer extends Tokenizer {
  /** The number of items that are still missing, for each array, map and tag that is open. */
  readonly #missing: number[] = [];

  override next(): Token {
    const token = super.next();
    const items = itemsIn(token);
    if (items > 0) {
      if (this.#missing.push(items) > MAX_DEPTH) throw new RangeError("nested too deeply");
    } else {
      while (this.#missing.length && --this.#missing[this.#missing.length - 1]! === 0) this.#missing.pop();
    }
    return token;
  }
}

/** The number of items that an array, a map or a tag opens; 0 for what is whole by itself. */
function itemsIn({ type, value }: Token): number {
  if (type === Type.array) return value;
  if (type === Type.map) return 2 * value;
  return type === Type.tag ? 1 : 0;
}

const OPTIONS: DecodeOptions = {
  strict: true,
  useMaps: true,
  rejectDuplicateMapKeys: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  allowInfinity: false,
  allowNaN: false,
  tags: { 18: (content) => new Sign1Tagged(content()) },
};
/** The bound on everything that is unpacked (docs/adr/0047-signed-prescriptions.md). */
export const MAX_BYTES = 4096;
/** A prescription has six levels: claims, container, prescription, lines, line, value. */
const MAX_DEPTH = 16;
