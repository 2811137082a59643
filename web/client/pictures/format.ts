/**
 * The messages on the data channel `pictures`, in the wire format of docs/pictures.md. Pure. A message from the wire
 * is not trusted: what is not exactly one of these kinds reads as null.
 */

import type { Region } from "./region.ts";

/** Codecs in the order of their codes on the wire; the last two are for stills. */
export const CODECS = ["av1", "vp9", "vp8", "webp", "jpeg"] as const;
export type Codec = (typeof CODECS)[number];

/** Sizes in the order of their codes on the wire: about as many pixels in each shape that a camera has. */
export const SIZES = [
  [320, 240],
  [240, 320],
  [368, 208],
  [208, 368],
] as const;

/** Bytes in front of a piece. */
export const PICTURE_HEADER = 9;
/** The most bytes of a piece; with all headers a message stays within 1.2 kB. */
export const PIECE_BYTES = 1_090;
/** The most pieces of a picture. */
export const PIECES = 16;

/** A picture, or a piece of one. */
export interface Piece {
  is: "picture";
  /** The low 16 bits of the sender's `MemberId`. */
  from: number;
  /** True for a key picture, which is decoded without any other. */
  key: boolean;
  codec: Codec;
  /** Index in `SIZES`. */
  size: number;
  /** The picture number, modulo 65,536. */
  frame: number;
  piece: number;
  pieces: number;
  /** The time at which it was taken: the sender's clock in steps of `TICK_MS`, modulo 65,536. */
  tick: number;
  data: Uint8Array;
}

/** The sender does not want to be seen, so its picture is removed. */
export interface End {
  is: "end";
  from: number;
}

/** A request that `to` begins anew, in a codec that `from` can decode. */
export interface Start {
  is: "start";
  from: number;
  to: number;
  codecs: Codec[];
}

/** A request that `to` sends pieces again. */
export interface Again {
  is: "again";
  from: number;
  to: number;
  frame: number;
  /** A bit mask of the missing pieces. */
  missing: number;
}

/** A request that `to` shows a part of its picture, or all of it. */
export interface Look {
  is: "look";
  from: number;
  to: number;
  region: Region | null;
}

/** The part of its picture that `from` shows now. */
export interface Looking {
  is: "looking";
  from: number;
  region: Region | null;
}

/** Any message of the channel. */
export type Message = Piece | End | Start | Again | Look | Looking;

/** The unit of `tick` in milliseconds. */
export const TICK_MS = 8;

/** The part of a `MemberId` that travels. */
export const lowBits = (member: number): number => member & 0xffff;

/** The distance of `a` ahead of `b`, both modulo 65,536; negative if it is behind. */
export const ahead = (a: number, b: number): number => ((a - b) << 16) >> 16;

/** Writes a message. */
export function write(message: Message): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(message));
  const view = new DataView(bytes.buffer);
  view.setUint16(2, message.from);
  switch (message.is) {
    case "picture":
      bytes[0] = (VERSION << 4) | (message.key ? KEY : DELTA);
      bytes[1] = (CODECS.indexOf(message.codec) << 4) | message.size;
      view.setUint16(4, message.frame);
      bytes[6] = (message.piece << 4) | (message.pieces - 1);
      view.setUint16(7, message.tick);
      bytes.set(message.data, PICTURE_HEADER);
      break;
    case "end":
      bytes[0] = (VERSION << 4) | END;
      break;
    case "start":
      bytes[0] = (VERSION << 4) | START;
      bytes[1] = message.codecs.reduce((mask, codec) => mask | (1 << CODECS.indexOf(codec)), 0);
      view.setUint16(4, message.to);
      break;
    case "again":
      bytes[0] = (VERSION << 4) | AGAIN;
      view.setUint16(4, message.to);
      view.setUint16(6, message.frame);
      view.setUint16(8, message.missing);
      break;
    case "look":
      bytes[0] = (VERSION << 4) | LOOK;
      view.setUint16(4, message.to);
      writeRegion(bytes, 6, message.region);
      break;
    case "looking":
      bytes[0] = (VERSION << 4) | LOOKING;
      writeRegion(bytes, 4, message.region);
  }
  return bytes;
}

function writeRegion(bytes: Uint8Array, at: number, region: Region | null): void {
  bytes[1] = region ? 1 : 0;
  bytes.set([region?.x ?? 0, region?.y ?? 0].map((share) => Math.round(share * 255)), at);
}

/** The region whose two octets stand at `at`; undefined if there is none. */
function readRegion(bytes: Uint8Array, at: number): Region | null | undefined {
  if (bytes[1]! > 1 || bytes.length !== at + 2) return undefined;
  return bytes[1] ? { x: bytes[at]! / 255, y: bytes[at + 1]! / 255 } : null;
}

/** Reads a message; null if it is not exactly one of the known kinds. */
export function read(bytes: Uint8Array): Message | null {
  if (bytes.length < 4 || bytes[0]! >> 4 !== VERSION) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = view.getUint16(2);
  switch (bytes[0]! & 15) {
    case DELTA:
    case KEY:
      return readPiece(bytes, view, from);
    case END:
      return bytes.length === LENGTHS.end ? { is: "end", from } : null;
    case START: {
      if (bytes.length !== LENGTHS.start) return null;
      return { is: "start", from, to: view.getUint16(4), codecs: CODECS.filter((_, i) => (bytes[1]! >> i) & 1) };
    }
    case AGAIN: {
      if (bytes.length !== LENGTHS.again) return null;
      const [to, frame, missing] = [view.getUint16(4), view.getUint16(6), view.getUint16(8)];
      return missing ? { is: "again", from, to, frame, missing } : null;
    }
    case LOOK:
    case LOOKING: {
      const asks = (bytes[0]! & 15) === LOOK;
      const region = readRegion(bytes, asks ? 6 : 4);
      if (region === undefined) return null;
      return asks ? { is: "look", from, to: view.getUint16(4), region } : { is: "looking", from, region };
    }
    default:
      return null;
  }
}

function readPiece(bytes: Uint8Array, view: DataView, from: number): Piece | null {
  const length = bytes.length - PICTURE_HEADER;
  if (length < 1 || length > PIECE_BYTES) return null;
  const codec = CODECS[bytes[1]! >> 4];
  const size = bytes[1]! & 15;
  const piece = bytes[6]! >> 4;
  const pieces = (bytes[6]! & 15) + 1;
  const key = (bytes[0]! & 15) === KEY;
  if (!codec || size >= SIZES.length || piece >= pieces || (isStill(codec) && !key)) return null;
  const data = bytes.subarray(PICTURE_HEADER);
  return { is: "picture", from, key, codec, size, frame: view.getUint16(4), piece, pieces, tick: view.getUint16(7), data };
}

/** True for the codecs of stills, whose pictures are all key pictures. */
export const isStill = (codec: Codec): boolean => codec === "webp" || codec === "jpeg";

/** Cuts an encoded picture into messages of about `most` bytes each; none if it would take more than `PIECES`. */
export function cut(picture: Omit<Piece, "is" | "piece" | "pieces">, most: number): Uint8Array<ArrayBuffer>[] {
  const { data } = picture;
  const pieces = Math.max(Math.ceil(data.length / PIECE_BYTES), Math.min(PIECES, Math.ceil(data.length / most)));
  if (pieces > PIECES || pieces === 0) return [];
  const step = Math.ceil(data.length / pieces);
  return Array.from({ length: Math.ceil(data.length / step) }, (_, piece, count = Math.ceil(data.length / step)) =>
    write({ ...picture, is: "picture", piece, pieces: count, data: data.subarray(piece * step, (piece + 1) * step) }),
  );
}

const LENGTHS = { end: 4, start: 6, again: 10, look: 8, looking: 6 };
const lengthOf = (message: Message): number =>
  message.is === "picture" ? PICTURE_HEADER + message.data.length : LENGTHS[message.is];

const VERSION = 1;
/** Kinds of message, the low half of the first byte. */
const DELTA = 0;
const KEY = 1;
const END = 2;
const START = 3;
const AGAIN = 4;
const LOOK = 5;
const LOOKING = 6;
