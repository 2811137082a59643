import type { ReadonlySignal } from "@preact/signals-core";
import type { Intake, Request, RosterLine, Speciality, Step, Urgency, ErrorCode } from "../protocol/messages.ts";

export interface WaitState {
  ahead: number;
  available: number;
  busy: number;
  step: Step;
  /** On `now()`'s scale. */
  since: number;
  /** When the next step comes; null at the last. */
  nextStepAt: number | null;
}

export interface PendingRequest {
  request: Request;
  /** `saved` on this device only · `waiting` durable at the server · `refused` it will not be tried again. */
  state: "saved" | "waiting" | "refused";
  refusal: ErrorCode | null;
  /** When "Appeler" was pressed (or, after a reload, when the server says). */
  since: number;
  wait: WaitState | null;
}

/** A post's side: who is there, and the one request it may have. */
export declare class Post {
  readonly roster: ReadonlySignal<RosterLine[]>;
  readonly pending: ReadonlySignal<PendingRequest | null>;
  /** Resolves when the request is safe on this device (< 1 s, before any network). */
  request(ask: { speciality: Speciality; urgency: Urgency; intake: Intake }): Promise<void>;
  cancel(): void;
}
