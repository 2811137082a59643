/** The upload of a photo from this tablet, which is kept on its disk until the server has all of it. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Client } from "../client/index.ts";
import { cachePhoto, proofNow, transferFor } from "../client/photos/transfers.ts";
import { type PhotoTransfer, TransferError } from "../client/photos/transfer.ts";
import type { PreparedPhoto } from "../client/photos/prepare.ts";
import type { ConsultationId, PhotoId } from "../protocol/messages.ts";

/** The key of the photo among the drafts; there is one at a time. */
export const DRAFT = "photo";

/** A photo that the doctor has asked for. */
interface Asked {
  consultation: ConsultationId;
  photo: PhotoId;
}

/** The draft as it is stored; the names of its fields must stay, because drafts outlive a version of the page. */
export interface Kept {
  photo: PhotoId;
  /** Absent in drafts of before. */
  consultation?: ConsultationId;
  packed: PreparedPhoto;
  /** The proof of whoever took it; absent in drafts of before. */
  proof?: string;
}

/** An upload that is going on, as the screen shows it. */
interface Sending {
  url: string;
  bytes: number;
  done: ReadonlySignal<number>;
  stuck: ReadonlySignal<boolean>;
}

/** The upload of one photo at a time. */
export class PhotoUpload {
  readonly #client: Client;
  readonly #sending = signal<Sending | null>(null);
  readonly #fault = signal<TransferError | null>(null);
  #photo: PhotoId | null = null;
  #transfer: PhotoTransfer | null = null;

  readonly sending: ReadonlySignal<Sending | null> = this.#sending;
  /** The reason for which the last upload failed; null if it did not. */
  readonly fault: ReadonlySignal<TransferError | null> = this.#fault;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Takes the photo that is requested now. One that was already taken is sent on, and one that has arrived is
   * forgotten.
   */
  follow(asked: Asked | null): void {
    if (asked?.photo === this.#photo) return;
    this.#end();
    this.#fault.value = null;
    this.#photo = asked?.photo ?? null;
    if (!asked) return void this.#client.drafts.clear(DRAFT);
    void this.#client.drafts.load<Kept>(DRAFT).then((kept) => {
      const ours = kept?.photo === asked.photo && this.#photo === asked.photo && !this.#transfer;
      if (ours) void this.#upload(asked, kept.packed, kept.proof);
    });
  }

  send(asked: Asked, packed: PreparedPhoto): void {
    this.#fault.value = null;
    const proof = proofNow(this.#client);
    const { consultation, photo } = asked;
    this.#client.drafts.save<Kept>(DRAFT, { photo, consultation, packed, ...(proof !== undefined && { proof }) });
    void this.#upload(asked, packed, proof);
  }

  async #upload({ consultation, photo }: Asked, packed: PreparedPhoto, proof?: string): Promise<void> {
    const transfer = (this.#transfer = transferFor(this.#client, consultation, photo, proof));
    const { kind, bytes, sha256 } = packed;
    const blob = cachePhoto(photo, { kind, width: 0, height: 0, bytes: bytes.length, sha256 }, bytes);
    const url = URL.createObjectURL(blob);
    this.#sending.value = { url, bytes: bytes.length, done: transfer.done, stuck: transfer.stuck };
    this.#client.call.setSendsPhoto(true);
    try {
      await transfer.send(packed);
      // It is shown as sent until `follow` tells that everybody has seen it.
      this.#client.call.setSendsPhoto(false);
      await this.#client.drafts.clear(DRAFT);
    } catch (error) {
      if (this.#transfer !== transfer) return;
      this.#end();
      this.#fault.value = error instanceof TransferError ? error : new TransferError("internal");
      // What was not sent before the end follows in another way (`unsent-photo.ts`).
      if (this.#client.consultation.current.peek()?.id === consultation) await this.#client.drafts.clear(DRAFT);
    }
  }

  #end(): void {
    this.#transfer?.stop();
    this.#transfer = null;
    if (!this.#sending.value) return;
    URL.revokeObjectURL(this.#sending.value.url);
    this.#sending.value = null;
    this.#client.call.setSendsPhoto(false);
  }
}
