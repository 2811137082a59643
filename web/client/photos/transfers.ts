/** Transfers of photos for a page: each paced by the call of the moment, and retried when the connection is back. */

import { effect, type ReadonlySignal } from "@preact/signals-core";
import type { Caps, ConsultationId, Photo, PhotoFile, PhotoId } from "../../protocol/messages.ts";
import { pageClock } from "../platform/clock.ts";
import type { Connection } from "../signalling/connection.ts";
import { type Pace, paceOf, UNLIMITED } from "./pace.ts";
import { photoPath, PhotoTransfer } from "./transfer.ts";

/** The parts of a page's client that a transfer depends on. */
export interface TransferClient {
  connection: Connection;
  consultation: { current: ReadonlySignal<unknown> };
  call: { caps: ReadonlySignal<Caps | null> };
  outbox?: { author: { proof(): string | null } | null };
}

/** The proof of who of the staff is at a shared tablet now, empty if nobody is; undefined for an account of one person. */
export function proofNow({ outbox }: TransferClient): string | undefined {
  return outbox?.author ? (outbox.author.proof() ?? "") : undefined;
}

/** A transfer of one photo. */
export const transferFor = (client: TransferClient, consultation: ConsultationId, photo: PhotoId, proof?: string): PhotoTransfer =>
  transferAt(client, photoPath(consultation, photo), proof === undefined ? {} : { proof });

/** What an upload lets go first, and whose it is. */
interface Behind {
  /** Resolves when the next piece may leave. */
  turn?: () => Promise<void>;
  /** The pace outside a consultation. */
  outside?: Pace;
  /** The proof of whoever did it at a shared tablet, who may have left since (`proofNow`). */
  proof?: string;
}

/** A transfer of the file at a path. Outside a consultation it goes as fast as the link allows. */
export function transferAt(client: TransferClient, path: string, behind: Behind = {}): PhotoTransfer {
  const { turn, outside = UNLIMITED, proof } = behind;
  const named = (request: RequestInit) =>
    proof === undefined ? request : { ...request, headers: { ...(request.headers as Record<string, string>), "staff-proof": proof } };
  const transfer = new PhotoTransfer(
    {
      clock: pageClock,
      fetch: (path, request) => fetch(path, named(request)),
      pace: () => (client.consultation.current.peek() ? paceOf(client.call.caps.peek()) : outside),
      ...(turn && { turn }),
    },
    path,
  );
  effect(() => {
    if (client.connection.state.value.at === "ready") transfer.retryNow();
  });
  return transfer;
}

/** Whole photos of this page, so that whoever looks twice does not wait twice. */
const cached = new Map<PhotoId, Blob>();
/** The most photos that are kept. */
const CACHED = 8;

/** Keeps a whole photo while the page is open, and returns it as a blob. */
export function cachePhoto(photo: PhotoId, file: PhotoFile, bytes: Uint8Array): Blob {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: `image/${file.kind}` });
  cached.set(photo, blob);
  for (const old of [...cached.keys()].slice(0, -CACHED)) cached.delete(old);
  return blob;
}

/** The whole photo, if this page has kept it. */
export const cachedPhoto = ({ photo }: Photo): Blob | undefined => cached.get(photo);
