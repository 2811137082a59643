import type { ReadonlySignal } from "@preact/signals-core";
import type {
  Advice,
  ConsultationId,
  Disposition,
  Invitable,
  Member,
  MemberId,
  MemberLink,
  PartyId,
  Record,
} from "../protocol/messages.ts";

export interface Ongoing {
  id: ConsultationId;
  /** Our place in the room. */
  me: MemberId;
  members: Member[];
  /** When it was taken, on `now()`'s scale. */
  since: number;
  record: Record | null;
  invitable: Invitable[];
  /** Signed advice, oldest first; kept on the device too. */
  advice: Advice[];
  links: ReadonlyMap<MemberId, MemberLink>;
}

/** The consultation that goes on, and the last one that ended. */
export declare class Consultation {
  readonly current: ReadonlySignal<Ongoing | null>;
  /** Set when one ends, cleared by `forget()`. `disposition` null: withdrawn. */
  readonly ended: ReadonlySignal<{ id: ConsultationId; disposition: Disposition | null; advice: Advice[] } | null>;
  /** We left by choice and may come back. */
  readonly left: ReadonlySignal<ConsultationId | null>;
  leave(): void;
  rejoin(): void;
  forget(): void;
  invite(party: PartyId, handOver: boolean): void;
  /** Queues the close durably; `ended` says when it is done. Doctors only. */
  close(disposition: Disposition): Promise<void>;
  /** Advice kept on this device, newest consultation first: readable without a network. */
  keptAdvice(): Promise<Advice[]>;
}
