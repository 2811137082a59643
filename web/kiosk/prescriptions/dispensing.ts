/** What the post gives of prescriptions: each act is on the tablet before anything says so, and reaches the server once, under its own name. */

import { effect, signal } from "@preact/signals";
import { FinalRefusal, type QueueItem } from "../../client/offline/queue.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { type ApiError, post } from "../../client/signalling/session.ts";
import { keep } from "../../client/workflow/kept-prescriptions.ts";
import type { ConsultationId, DispensedLine, Prescription, PrescriptionId, ProductId } from "../../protocol/messages.ts";
import type { DispenseAtPost } from "../../protocol/prescriptions.ts";
import { client, queue } from "../kiosk.ts";
import { book } from "../staff.ts";
import { given } from "../stock/counted.ts";

/** The kind of entries in the queue. */
const KIND = "dispensed";
/** Refusals that stay the same however often an act is sent. */
const FINAL: ReadonlySet<string> = new Set([
  ...["malformed", "not_found", "dispensed_already"],
  ...["prescription_cancelled", "prescription_replaced", "prescription_expired"],
]);

/** One line that was given at the post, or was not given, as it waits in the queue. Its key there is the name of the act. */
export interface Given {
  consultation: ConsultationId;
  prescription: PrescriptionId;
  line: DispensedLine;
  /** The product, for the stock of the post. */
  product?: ProductId;
  /** The server's time as the tablet knew it. */
  at: number;
  /** The proof of whoever gave it; empty if nobody had typed a PIN. */
  proof: string;
}

/** The prescriptions as the server has told them after something was given here, the newest last. */
export const toldAfterGiving = signal<readonly Prescription[]>([]);

/** Says that a line was given, or was not. Resolves when that is on the tablet; rejects if the tablet is full. */
export function give({ signed }: Prescription, line: DispensedLine): Promise<void> {
  const act = crypto.randomUUID();
  const { consultation, prescription, lines } = signed;
  const product = lines[line.line]?.product;
  const body: Given = { consultation, prescription, line, ...(product && { product }), at: Math.floor(wallNow()), proof: book.proof() ?? "" };
  return queue.enqueue({ key: act, kind: KIND, group: act, body });
}

/** What waits to be sent, or was refused. */
export const isGiven = ({ kind }: QueueItem): boolean => kind === KIND;
export const givenIn = ({ body }: QueueItem): Given => body as Given;

effect(() => void (given.value = queue.items.value.filter(isGiven).map(givenIn)));

queue.handle(KIND, async ({ key, body }) => {
  const { consultation, prescription, line, at, proof } = body as Given;
  const said: DispenseAtPost = { act: key, lines: [line], at };
  const path = `/api/consultations/${consultation}/prescriptions/${prescription}/dispensings`;
  const told = await post<Prescription>(path, said, { "staff-proof": proof }).catch((error: unknown) => {
    const { code } = error as ApiError;
    throw FINAL.has(code) ? new FinalRefusal(code) : error;
  });
  // It is shown and kept before the queue forgets the act, so that what was given is never shown as not given.
  toldAfterGiving.value = [...toldAfterGiving.value, told];
  await keep(client.kept, consultation, [told]);
});
