import type { ReadonlySignal } from "@preact/signals-core";
import type { ClientMessage, ErrorCode } from "../protocol/messages.ts";

export interface OutboxItem {
  key: string;
  message: Extract<ClientMessage, { type: "request" | "note" | "advise" | "close" }>;
  /** `stored` on this device · `sent` no answer yet · `refused` kept, not tried again. Acknowledged: gone from here. */
  state: "stored" | "sent" | "refused";
  refusal: ErrorCode | null;
}

/** What was said and must arrive: on disk before it is sent, and until it is acknowledged. */
export declare class Outbox {
  readonly items: ReadonlySignal<ReadonlyMap<string, OutboxItem>>;
  /** Resolves when it is on this device's disk. */
  put(message: OutboxItem["message"]): Promise<void>;
  drop(key: string): Promise<void>;
}
