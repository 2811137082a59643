/** The evacuations that this page knows: those that the server told, and those that the tablet has kept (`keeping.ts`). */

import { signal } from "@preact/signals";
import { hasAll, isOver, isUnderWay, merged } from "../../client/workflow/referrals.ts";
import type { ConsultationId, Referral } from "../../protocol/messages.ts";

/** All of them, the oldest first. */
export const referrals = signal<readonly Referral[]>([]);

/** Whether those that the tablet has kept are among them: they are being read, they were read, or the tablet cannot read them. */
export const kept = signal<"reading" | "read" | "unreadable">("reading");

/** The keys of what the post has seen (`news.ts`, `seen.ts`). */
export const seen = signal<ReadonlySet<string>>(new Set());

/** Takes what was told or kept, in whatever order it comes. */
export function take(news: readonly Referral[] = []): void {
  if (!hasAll(referrals.peek(), news)) referrals.value = merged(referrals.peek(), news);
}

/** Those of one consultation. */
export const referralsOf = (id: ConsultationId | undefined): Referral[] => referrals.value.filter(({ order }) => order.consultation === id);

/** The key of a word about an evacuation: the same until something else is to be told of it. */
export const keyOf = ({ order, structure }: Referral, word: string): string => `${order.referral} ${word} ${structure.id}`;

/** True if the first screen may have something to tell: one is under way, or the post has not seen how one ended. */
export const isToTell = (): boolean =>
  referrals.value.some((one) => isUnderWay(one) || (isOver(one) && !seen.value.has(keyOf(one, one.state === "completed" ? "counter" : "ended"))));
