/**
 * The attachments that this device adds to consultations. Each is on the device before it is said to be, is sent from the queue (`offline/queue.ts`)
 * in pieces that resume, and leaves the device when it is part of the consultation.
 */

import { effect, signal } from "@preact/signals-core";
import type { AttachmentContent, AttachmentId, ConsultationId, MediaType } from "../../protocol/messages.ts";
import { FinalRefusal, type QueueItem, type Sending, type SendQueue } from "../offline/queue.ts";
import type { SealedStore } from "../offline/sealed-store.ts";
import { YIELDING } from "../photos/pace.ts";
import { hash } from "../photos/prepare.ts";
import { TransferError } from "../photos/transfer.ts";
import { proofNow, transferAt, type TransferClient } from "../photos/transfers.ts";

/** The path of an attachment in the HTTP interface. */
export const attachmentPath = (consultation: ConsultationId, attachment: AttachmentId): string =>
  `/api/consultations/${consultation}/attachments/${attachment}`;

/** What an attachment is to the people who read it. */
export type AttachmentKind = AttachmentContent["kind"];

/** A file that is ready to be added. */
export interface PreparedFile {
  media_type: MediaType;
  bytes: Uint8Array;
  /** The name that it has on this device, which is not sent; empty for what was recorded here. */
  name: string;
  /** The name in the store `files` of the recording that it was until now. */
  replaces?: string;
  /** The proof of whoever made it, if that was not just now. */
  proof?: string;
}

/** What the queue keeps of an attachment beside its bytes. The names of its fields must stay, because entries outlive a version of the page. */
interface Kept {
  consultation: ConsultationId;
  attachment: AttachmentId;
  media_type: MediaType;
  sha256: string;
  name: string;
  /** The proof of whoever added it at a shared tablet; absent in entries of before. */
  proof?: string;
}

/** An attachment of this device on its way, as a screen shows it. `sent`: it is part of the consultation. */
export interface OwnAttachment {
  attachment: AttachmentId;
  kind: AttachmentKind;
  name: string;
  state: QueueItem["state"] | "sent";
  /** The share that the server has, from 0 to 1. */
  share: number;
  /** The stable code of a refusal; its text is `error.<code>`. */
  refusal: string | null;
}

/** The attachments of one device. */
export class Attachments {
  readonly #client: TransferClient;
  readonly #queue: SendQueue;
  /** Those that were sent lately, also before this page was loaded, so that nobody adds them a second time. */
  readonly #sent = signal<readonly Kept[]>([]);

  constructor(client: TransferClient, queue: SendQueue, store: SealedStore) {
    this.#client = client;
    this.#queue = queue;
    void store.get<Kept[]>("kept", SENT).then(
      (before) => void (this.#sent.value = withLatest(before ?? [], this.#sent.peek())),
      () => undefined,
    );
    queue.handle(QUEUED_AS, async (entry, sending) => {
      const kept = entry.body as Kept;
      await send(client, kept, sending);
      const before = await store.get<Kept[]>("kept", SENT).catch(() => undefined);
      this.#sent.value = withLatest(before ?? this.#sent.peek(), [kept]);
      await store.put("kept", SENT, this.#sent.peek()).catch(() => undefined);
    });
  }

  /** Resolves when the file is on the device, from where it is sent. Rejects if the device has no space for it. */
  async add(consultation: ConsultationId, { media_type, bytes, name, replaces, proof: madeBy }: PreparedFile): Promise<void> {
    const attachment = crypto.randomUUID();
    const proof = madeBy ?? proofNow(this.#client);
    const body: Kept = { consultation, attachment, media_type, sha256: await hash(bytes), name, ...(proof !== undefined && { proof }) };
    const entry = { key: keyOf(attachment), kind: QUEUED_AS, group: consultation, body, file: bytes };
    await this.#queue.enqueue({ ...entry, ...(replaces && { replaces }) });
  }

  /** Gives up an attachment that is not sent yet. */
  drop(attachment: AttachmentId): Promise<void> {
    return this.#queue.drop(keyOf(attachment));
  }

  /** Tries what was refused or waits once more. */
  retry(): void {
    this.#queue.retryNow();
  }

  /** Those of a consultation, in the order in which they were added. Reads signals. */
  of(consultation: ConsultationId): OwnAttachment[] {
    const queued = this.#queue.items.value.filter(isOurs).filter((item) => item.body.consultation === consultation);
    const isQueued = ({ attachment }: Kept) => queued.some(({ body }) => body.attachment === attachment);
    const sent = this.#sent.value.filter((kept) => kept.consultation === consultation && !isQueued(kept));
    return [...sent.map(asSent), ...queued.map(asQueued)];
  }
}

/** Both lists, without doubles, and not more than is of use. */
const withLatest = (before: readonly Kept[], latest: readonly Kept[]): Kept[] =>
  [...before.filter(({ attachment }) => !latest.some((one) => one.attachment === attachment)), ...latest].slice(-MOST_SENT);

type Queued = QueueItem & { body: Kept };
const isOurs = (item: QueueItem): item is Queued => item.kind === QUEUED_AS;

const asSent = ({ attachment, media_type, name }: Kept): OwnAttachment => ({
  ...{ attachment, kind: kindOf(media_type), name },
  ...{ state: "sent", share: 1, refusal: null },
});

const asQueued = ({ body: { attachment, media_type, name }, state, done, bytes, refusal }: Queued): OwnAttachment => ({
  ...{ attachment, kind: kindOf(media_type), name, state, refusal },
  share: bytes ? done / bytes : 0,
});

/** The kind of an attachment in a format. */
export const kindOf = (media_type: MediaType): AttachmentKind =>
  media_type === "pdf" ? "document" : media_type === "webm" || media_type === "ogg" ? "voice_note" : "photo";

/** Sends one attachment, from where the server has it. */
async function send(client: TransferClient, kept: Kept, sending: Sending): Promise<void> {
  const bytes = await sending.file();
  if (!bytes) throw new FinalRefusal("attachment_damaged");
  const { consultation, attachment, media_type, sha256, proof } = kept;
  const transfer = transferAt(client, attachmentPath(consultation, attachment), { turn: () => sending.turn(), outside: YIELDING, ...(proof !== undefined && { proof }) });
  const stop = () => transfer.stop();
  sending.signal.addEventListener("abort", stop);
  const unwatch = effect(() => sending.progress(transfer.done.value));
  try {
    await transfer.upload(bytes, { media_type, bytes: bytes.length, sha256 });
  } catch (error) {
    const isFinal = error instanceof TransferError && !PASSING.has(error.code);
    throw isFinal ? new FinalRefusal(error.code) : error;
  } finally {
    unwatch();
    sending.signal.removeEventListener("abort", stop);
  }
}

/** Refusals that pass: we stopped, or the server does not know the consultation yet, because its request is still on this device. */
const PASSING: ReadonlySet<string> = new Set(["stopped", "not_found"]);

/** The kind of an attachment in the queue. */
export const QUEUED_AS = "attachment";
/** The name in the store `kept` of those that were sent. It is among what is given up first (`offline/space.ts`). */
const SENT = "past attachments";
/** Attachments of some consultations. */
const MOST_SENT = 40;
const keyOf = (attachment: AttachmentId): string => `attachment ${attachment}`;
