//! The photo that is on its way from this tablet: kept on its disk until the server has all of it.

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Client } from "../client/index.ts";
import { courierFor, keep } from "../client/photos/transfers.ts";
import { type Courier, Undeliverable } from "../client/photos/transfer.ts";
import type { Packed } from "../client/photos/prepare.ts";
import type { ConsultationId, PhotoId } from "../protocol/messages.ts";

/** Its name among the drafts; there is one at a time. */
export const DRAFT = "photo";

interface Asked {
  consultation: ConsultationId;
  photo: PhotoId;
}

interface Kept {
  photo: PhotoId;
  packed: Packed;
}

interface Sending {
  url: string;
  bytes: number;
  done: ReadonlySignal<number>;
  stuck: ReadonlySignal<boolean>;
}

export class Outgoing {
  readonly #client: Client;
  readonly #sending = signal<Sending | null>(null);
  readonly #fault = signal<Undeliverable | null>(null);
  #photo: PhotoId | null = null;
  #courier: Courier | null = null;

  readonly sending: ReadonlySignal<Sending | null> = this.#sending;
  /** Why the last one could not be sent. */
  readonly fault: ReadonlySignal<Undeliverable | null> = this.#fault;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The photo that is waited for now: one that was taken already is sent on; one that has arrived is let go. */
  follow(asked: Asked | null): void {
    if (asked?.photo === this.#photo) return;
    this.#end();
    this.#fault.value = null;
    this.#photo = asked?.photo ?? null;
    if (!asked) return void this.#client.drafts.clear(DRAFT);
    void this.#client.drafts.load<Kept>(DRAFT).then((kept) => {
      const ours = kept?.photo === asked.photo && this.#photo === asked.photo && !this.#courier;
      if (ours) void this.#carry(asked, kept.packed);
    });
  }

  send(asked: Asked, packed: Packed): void {
    this.#fault.value = null;
    this.#client.drafts.save<Kept>(DRAFT, { photo: asked.photo, packed });
    void this.#carry(asked, packed);
  }

  async #carry({ consultation, photo }: Asked, packed: Packed): Promise<void> {
    const courier = (this.#courier = courierFor(this.#client, consultation, photo));
    const { kind, bytes, sha256 } = packed;
    const blob = keep(photo, { kind, width: 0, height: 0, bytes: bytes.length, sha256 }, bytes);
    const url = URL.createObjectURL(blob);
    this.#sending.value = { url, bytes: bytes.length, done: courier.done, stuck: courier.stuck };
    this.#client.call.besidePhoto(true);
    try {
      await courier.send(packed);
      // It is shown as sent until `follow` says that the room has seen it.
      this.#client.call.besidePhoto(false);
      await this.#client.drafts.clear(DRAFT);
    } catch (error) {
      if (this.#courier !== courier) return;
      this.#end();
      this.#fault.value = error instanceof Undeliverable ? error : new Undeliverable("internal");
      await this.#client.drafts.clear(DRAFT);
    }
  }

  #end(): void {
    this.#courier?.stop();
    this.#courier = null;
    if (!this.#sending.value) return;
    URL.revokeObjectURL(this.#sending.value.url);
    this.#sending.value = null;
    this.#client.call.besidePhoto(false);
  }
}
