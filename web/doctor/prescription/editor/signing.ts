/**
 * Asks for a signature or a cancellation until it is on the server's disk. A signature is asked for again with the same identifier, so that a
 * lost answer is no second prescription. As long as nobody knows what became of one, nothing else of the same draft is signed. Pure.
 */

import { ApiError } from "../../../client/signalling/session.ts";
import type { ConsultationId, PrescriptionId } from "../../../protocol/messages.ts";
import type { PrescriptionDraft, SignedDraft } from "../../../protocol/prescriptions.ts";
import type { Prescribing } from "../kept-prescription.ts";
import { type Asked, askedBefore, asking, refused, settled, type TypedPrescription, unsettled } from "../typed.ts";

/** Asks up to five times; true once it is on the disk. Rejects with the server's refusal. */
export async function untilStored(ask: () => Promise<{ stored: boolean }>, pause: () => Promise<unknown>): Promise<boolean> {
  for (let time = 1; ; time++) {
    if ((await ask()).stored) return true;
    if (time === TIMES) return false;
    await pause();
  }
}

/** The pause between two of them; the server itself waits two seconds for its disk. */
export const pause = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** What a signature needs of its page. */
export interface SigningParts {
  /** The draft that the doctor has read, as it was at that time. */
  shown: TypedPrescription;
  consultation: ConsultationId;
  /** Changes what is typed by now. */
  change: Prescribing["change"];
  /** Makes an identifier. */
  fresh: () => PrescriptionId;
}

/** Asks once for the signature. */
export type AskSignature = (post: (draft: PrescriptionDraft) => Promise<SignedDraft>) => Promise<SignedDraft>;

/**
 * Signs one draft that was read, however often it takes. If the draft was changed after a signature whose answer was lost, that one is
 * asked for first, and this one replaces it.
 */
export function signingOf({ shown, consultation, change, fresh }: SigningParts): AskSignature {
  let own = askedBefore(shown);
  return async (post) => {
    const send = async ({ prescription, draft }: Asked, isAgain: boolean) => {
      try {
        const answer = await post(draft);
        if (answer.stored) change((now) => settled(now, prescription));
        return answer;
      } catch (error) {
        if (isRefusal(error, isAgain)) change((now) => refused(now, prescription));
        throw error;
      }
    };
    const former = own ? undefined : unsettled(change((now) => now));
    if (former) {
      const answer = await send(former, true).catch(orRefusal);
      if (answer && !answer.stored) return answer;
    }
    const isAgain = !!own;
    own ??= change((now) => withAsked(shown, now, consultation, fresh())).asked;
    try {
      return await send(own, isAgain);
    } catch (error) {
      if (isRefusal(error, isAgain)) own = undefined;
      throw error;
    }
  };
}

/**
 * The draft by now, with a new signature of what was read. What that replaces may have changed meanwhile: it is the signature before this
 * one, or nothing because that was cancelled.
 */
function withAsked(shown: TypedPrescription, now: TypedPrescription, consultation: ConsultationId, prescription: PrescriptionId) {
  const { replaces: _, asked: __, ...rest } = shown;
  const toSign = { ...rest, ...(now.replaces && { replaces: now.replaces }) };
  return { ...now, asked: asking(toSign, consultation, prescription) };
}

/** True if an error tells that nothing was signed. After a lost answer only the checks of the draft itself tell it. */
function isRefusal(error: unknown, isAgain: boolean): boolean {
  if (!(error instanceof ApiError)) return false;
  return isAgain ? FLAWS.includes(error.code) : !LOST.includes(error.code);
}

/** Null for a refusal of what was asked for before; any other error stays one. */
function orRefusal(error: unknown): null {
  if (isRefusal(error, true)) return null;
  throw error;
}

/** The refusals that come after the server has looked whether the prescription is there already. */
const FLAWS: readonly string[] = [
  ...["prescription_line", "prescription_unanswered", "prescription_long", "prescription_replaced", "prescriptions_full"],
  ...["signing_key", "signing_key_expired", "signing_key_not_begun", "clocks_apart"],
];
/** The errors after which nobody knows whether it was signed. */
const LOST: readonly string[] = ["offline", "internal", "storage", "draining"];
const TIMES = 5;
const PAUSE_MS = 1000;
