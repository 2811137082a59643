//! From what the camera saw to what is sent: a photo within its budget, a thumbnail, and the photo's hash.

import type { PhotoKind } from "../../protocol/messages.ts";
import { type Encode, fit, PHOTO, type Size, THUMBNAIL } from "./compress.ts";

/** A photo that is ready to be sent. Plain data: it is kept on the device until it has arrived. */
export interface Packed {
  kind: PhotoKind;
  bytes: Uint8Array;
  thumbnail: Uint8Array;
  /** Base64url without padding. */
  sha256: string;
}

/** Draws again what was seen, so that nothing goes along that a camera writes into its files, such as the place. */
export async function pack(seen: CanvasImageSource, size: Size, budget = PHOTO.bytes): Promise<Packed> {
  let kind: PhotoKind = "webp";
  const encode: Encode = async ({ width, height }, quality) => {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d", { alpha: false })!.drawImage(seen, 0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: `image/${kind}`, quality });
    if (blob.type !== `image/${kind}` && kind === "webp") {
      kind = "jpeg";
      return encode({ width, height }, quality);
    }
    return new Uint8Array(await blob.arrayBuffer());
  };
  const bytes = await fit(encode, size, { ...PHOTO, bytes: budget });
  const thumbnail = await fit(encode, size, THUMBNAIL);
  if (!bytes || !thumbnail) throw new Error("no photo fits the budget");
  return { kind, bytes, thumbnail, sha256: await hash(bytes) };
}

export async function hash(bytes: Uint8Array): Promise<string> {
  return base64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
}

/** Base64url without padding. */
export function base64(bytes: Uint8Array): string {
  const text = btoa(bytes.reduce((all, byte) => all + String.fromCharCode(byte), ""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
