/** What patients answered about sharing their records, on the way to the server: from the queue, so that an answer is kept without a network. */

import { FinalRefusal } from "../../client/offline/queue.ts";
import { type ApiError, post } from "../../client/signalling/session.ts";
import type { ConsentStored, SayConsent } from "../../protocol/api.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import type { Answer } from "../form.ts";
import { client, queue } from "../kiosk.ts";
import { book } from "../staff.ts";

/** What the queue keeps. The names of its fields must stay, because entries outlive a version of the page. */
interface Kept extends Answer {
  consultation: ConsultationId;
}

const QUEUED_AS = "consent";

/** A new answer of now, by whoever is at the tablet. */
export const answered = (said: Omit<Answer, "act" | "by">): Answer => ({ ...said, act: crypto.randomUUID(), by: book.proof() ?? "" });

/** Resolves when the answer is on the tablet; rejects if that is full. */
export function say(consultation: ConsultationId, answer: Answer): Promise<void> {
  const body: Kept = { consultation, ...answer };
  return queue.enqueue({ key: `${QUEUED_AS} ${answer.act}`, kind: QUEUED_AS, group: `${QUEUED_AS} ${consultation}`, body });
}

/** The answer of a consultation that the server does not have yet. Reads signals. */
export const underway = (consultation: ConsultationId): Answer | undefined =>
  queue.items.value.filter(({ kind }) => kind === QUEUED_AS).map(({ body }) => body as Kept).findLast((kept) => kept.consultation === consultation);

queue.handle(QUEUED_AS, async ({ body }) => {
  const { consultation, act, by, ...said } = body as Kept;
  if (client.outbox.items.peek().has(`request ${consultation}`)) throw new Error("The server does not have the consultation yet.");
  const path = `/api/consultations/${consultation}/consents/${act}`;
  const { stored } = await post<ConsentStored>(path, said satisfies SayConsent, { "staff-proof": by }).catch((error: unknown) => {
    const { code } = error as ApiError;
    // A request that was withdrawn before it was sent is no consultation.
    if (code === "not_found") return { stored: true };
    throw code === "malformed" ? new FinalRefusal(code) : error;
  });
  if (!stored) throw new Error("The server has not stored the answer yet.");
});
