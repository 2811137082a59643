import type { ReadonlySignal } from "@preact/signals-core";
import type { Availability, ConsultationId, Entry, ErrorCode } from "../protocol/messages.ts";
import type { Danger } from "./vitals.ts";

export interface Row {
  entry: Entry;
  since: number;
  dangers: Danger[];
  /** It rings for us. */
  ringing: boolean;
  /** We pressed "Prendre" and wait for the verdict. */
  claiming: boolean;
}

/** A sentence to show for some seconds: who was faster, or why not. */
export type Notice =
  | { kind: "taken"; by: string; place: string }
  | { kind: "withdrawn"; place: string }
  | { kind: "refused"; code: ErrorCode };

/** A doctor's side: availability, the queue, what rings. */
export declare class Desk {
  readonly availability: ReadonlySignal<Availability>;
  setAvailability(state: Availability): void;
  /** Most urgent first, then longest wait. */
  readonly rows: ReadonlySignal<Row[]>;
  /** An invitation into a running consultation. */
  readonly invitation: ReadonlySignal<{ entry: Entry; by: string } | null>;
  readonly notices: ReadonlySignal<Notice[]>;
  claim(consultation: ConsultationId): void;
  answerInvitation(accept: boolean): void;
}
