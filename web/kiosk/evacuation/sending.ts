/** How one act of the post reaches the server, and what is done with its refusal. Pure. */

import { FinalRefusal } from "../../client/offline/queue.ts";
import type { ApiError } from "../../client/signalling/session.ts";
import type { ActId, ConsultationId, Referral, ReferralEvent, ReferralId } from "../../protocol/messages.ts";

/** An act as the tablet keeps it until the server has it. The server takes it once, however often it is sent. */
export interface Act {
  consultation: ConsultationId;
  referral: ReferralId;
  act: ActId;
  event: ReferralEvent;
  /** The proof of whoever did it; empty if nobody had typed a PIN. */
  proof: string;
}

/** The way to the server. Both reject with its stable code, or without a network. */
export interface Wire {
  /** Tells an act. Resolves with the evacuation after it. */
  tell(act: Act): Promise<Referral>;
  /** Reads the evacuations of a consultation. */
  read(of: ConsultationId): Promise<readonly Referral[] | undefined>;
}

/** What the server says. */
export interface Answer {
  told: readonly Referral[];
  /** True if the act came too late: something else had happened before it, and it is not tried again. */
  isLate: boolean;
}

/** Sends an act. Rejects with `FinalRefusal` if no second try can help, and with anything else if one can. */
export async function send(act: Act, wire: Wire): Promise<Answer> {
  try {
    return { told: [await wire.tell(act)], isLate: false };
  } catch (error) {
    const { code } = error as ApiError;
    if (FINAL.has(code)) throw new FinalRefusal(code);
    if (code !== "referral_step") throw error;
    return { told: (await wire.read(act.consultation).catch(() => undefined)) ?? [], isLate: true };
  }
}

/** Refusals that no second try can change. */
const FINAL: ReadonlySet<string> = new Set(["not_found", "not_responsible", "set_aside", "malformed", "too_large", "referral_structure"]);
