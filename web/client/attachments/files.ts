/** Prepares a file of the device: a PDF is taken as it is, and everything that the browser can draw becomes a photo within its budget. */

import { PHOTO_BUDGET } from "../photos/compress.ts";
import { type Pace, photoBytes } from "../photos/pace.ts";
import { preparePhoto } from "../photos/prepare.ts";
import type { PreparedFile } from "./attachments.ts";

/** A file that cannot be added; the text is `error.<code>`. */
export class FileError extends Error {
  readonly code: "document_kind" | "too_large";

  constructor(code: FileError["code"]) {
    super(code);
    this.code = code;
  }
}

/** Prepares a file. `pace` is that of the running call, which a small photo does not keep waiting; null where nobody is in a call. Throws FileError. */
export async function prepareFile(file: File, pace: Pace | null): Promise<PreparedFile> {
  const start = new Uint8Array(await file.slice(0, HEADER_WITHIN).arrayBuffer());
  if (isPdf(start)) {
    if (file.size > DOCUMENT_BYTES) throw new FileError("too_large");
    return { media_type: "pdf", bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
  }
  const image = await createImageBitmap(file).catch(() => {
    throw new FileError("document_kind");
  });
  const most = pace ? photoBytes(pace, PHOTO_BUDGET.bytes) : PICTURE_BYTES;
  const { kind, bytes } = await preparePhoto(image, image, most);
  image.close();
  return { media_type: kind, bytes, name: file.name };
}

/** True if a file says in its first kilobyte that it is a PDF (ISO 32000-2, 7.5.2), whatever its name is. */
export const isPdf = (start: Uint8Array): boolean => new TextDecoder("latin1").decode(start).includes("%PDF-");

const HEADER_WITHIN = 1024;

/** The bytes of a picture of a case, which nobody waits for in a call: the figures beside an electrocardiogram stay legible. */
const PICTURE_BYTES = 200_000;

/** The server takes no larger document. */
const DOCUMENT_BYTES = 4 * 1024 * 1024;
