/** Prepares a photo for sending: the compressed photo within its budget, a thumbnail, and the photo's hash. */

import type { PhotoKind } from "../../protocol/messages.ts";
import { compress, type Encode, PHOTO_BUDGET, type Size, THUMBNAIL_BUDGET } from "./compress.ts";

/** A photo that is ready to be sent. It is plain data, and is kept on the device until it has arrived. */
export interface PreparedPhoto {
  kind: PhotoKind;
  bytes: Uint8Array;
  thumbnail: Uint8Array;
  /** SHA-256 of `bytes`, in base64url without padding. */
  sha256: string;
}

/** Draws the image again, so that the photo holds no metadata of the camera, such as the place. */
export async function preparePhoto(image: CanvasImageSource, size: Size, maxBytes = PHOTO_BUDGET.bytes): Promise<PreparedPhoto> {
  let kind: PhotoKind = "webp";
  const encode: Encode = async ({ width, height }, quality) => {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext("2d", { alpha: false })!.drawImage(image, 0, 0, width, height);
    const blob = await canvas.convertToBlob({ type: `image/${kind}`, quality });
    if (blob.type !== `image/${kind}` && kind === "webp") {
      kind = "jpeg";
      return encode({ width, height }, quality);
    }
    return new Uint8Array(await blob.arrayBuffer());
  };
  const bytes = await compress(encode, size, { ...PHOTO_BUDGET, bytes: maxBytes });
  const thumbnail = await compress(encode, size, THUMBNAIL_BUDGET);
  if (!bytes || !thumbnail) throw new Error("no photo fits the budget");
  return { kind, bytes, thumbnail, sha256: await hash(bytes) };
}

/** SHA-256, in base64url without padding. */
export async function hash(bytes: Uint8Array): Promise<string> {
  return base64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
}

/** Base64url without padding. */
export function base64(bytes: Uint8Array): string {
  const text = btoa(bytes.reduce((all, byte) => all + String.fromCharCode(byte), ""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
