/**
 * Cuts a recorded voice behind its last whole part. A power cut ends a recording at any byte, and the server takes only a file
 * that ends where a part of it ends. Pure.
 */

import type { MediaType } from "../../protocol/messages.ts";

/** The beginning of a recording up to the end of its last whole part; what has no parts that we know stays as it is. */
export function wholePart(media_type: MediaType, bytes: Uint8Array): Uint8Array {
  if (media_type === "webm") return bytes.slice(0, endOf(bytes, element));
  return media_type === "ogg" ? bytes.slice(0, endOf(bytes, page)) : bytes;
}

/** The bytes of the part that begins here; null if it is not whole. */
type Part = (bytes: Uint8Array, at: number) => number | null;

function endOf(bytes: Uint8Array, part: Part): number {
  let at = 0;
  for (;;) {
    const length = part(bytes, at);
    if (!length || at + length > bytes.length) return at;
    at += length;
  }
}

/** An element of WebM (RFC 8794); a segment and a cluster have no length while they are recorded, so they are entered. */
function element(bytes: Uint8Array, at: number): number | null {
  const id = number(bytes, at);
  const length = id && number(bytes, at + id.bytes);
  if (!id || !length) return null;
  const head = id.bytes + length.bytes;
  return length.value === null ? head : head + length.value;
}

/** A number of variable length (RFC 8794, section 4); a value of null is "unknown". */
function number(bytes: Uint8Array, at: number): { bytes: number; value: number | null } | null {
  const first = bytes[at];
  if (!first) return null;
  const length = Math.clz32(first) - 23;
  if (at + length > bytes.length) return null;
  let value = first - 2 ** (8 - length);
  let isUnknown = value === 2 ** (8 - length) - 1;
  for (const byte of bytes.subarray(at + 1, at + length)) {
    value = value * 256 + byte;
    isUnknown &&= byte === 255;
  }
  return { bytes: length, value: isUnknown ? null : value };
}

/** A page of Ogg (RFC 3533, section 6). */
function page(bytes: Uint8Array, at: number): number | null {
  const segments = bytes[at + PAGE_HEAD - 1];
  if (segments === undefined || at + PAGE_HEAD + segments > bytes.length) return null;
  const lengths = bytes.subarray(at + PAGE_HEAD, at + PAGE_HEAD + segments);
  return PAGE_HEAD + segments + lengths.reduce((sum, length) => sum + length, 0);
}

const PAGE_HEAD = 27;
