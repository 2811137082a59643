/**
 * What this kiosk does with its cases. What people write goes to the outbox, with or without a network; everything else needs the
 * server, and tells in one sentence what went wrong.
 */

import { effect, signal } from "@preact/signals";
import { get } from "../../client/index.ts";
import type { OutboxItem, OutboxMessage } from "../../client/offline/outbox.ts";
import { pageClock } from "../../client/platform/clock.ts";
import { ApiError } from "../../client/signalling/session.ts";
import { CaseActs } from "../../client/workflow/case-acts.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import type { ConsultationId, ErrorCode, Outcome } from "../../protocol/messages.ts";
import { errorTextOf } from "../../ui/i18n.ts";
import { toast } from "../../ui/Toast.tsx";
import { client, queue } from "../kiosk.ts";
import { connection } from "../shell.ts";
import { isThere } from "./needs.ts";

export const acts = new CaseActs(connection, pageClock);

/** What people write in a case. */
export type Written = Extract<OutboxMessage, { type: "write_chat" | "examine" | "tell_outcome" | "cancel" }>;

/** An act of this tablet; `item` is null once the server has it for good. */
export interface OwnAct {
  message: Written;
  item: OutboxItem | null;
}

/** The refused acts of which the record was asked. */
const asked = new Set<string>();

/** The outcomes that somebody told before this tablet did, by the key of the act that came too late. */
export const toldFirst = signal<ReadonlyMap<string, Outcome>>(new Map());

/** Those that were written while this page is open. */
const here = signal<readonly Written[]>([]);

/** True if it succeeded; else the sentence of the refusal was shown. */
export async function tryTo(act: Promise<void>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    toast(errorTextOf(error));
    return false;
  }
}

/** Resolves when the act is on the tablet, from where it is sent. */
export async function write(message: Written): Promise<void> {
  if (client.outbox.items.peek().size >= MOST) throw new ApiError("queue_full");
  await client.outbox.put(message);
  here.value = [...here.value.filter((one) => nameOf(one) !== nameOf(message)), message];
}

/** Gives up an act that is not sent yet. */
export async function giveUp(message: Written): Promise<void> {
  here.value = here.value.filter((one) => nameOf(one) !== nameOf(message));
  await client.outbox.drop(`${message.type} ${nameOf(message)}`);
}

/** The screen of a case goes: what was sent is told no more. */
export function forgetSent(id: ConsultationId): void {
  here.value = here.value.filter((message) => message.consultation !== id);
}

/** The acts of a case that wait, and those that left while this page is open. Reads signals. */
export function ownActs(id: ConsultationId): OwnAct[] {
  const waiting = [...client.outbox.items.value.values()].flatMap((item): OwnAct[] => {
    const { message } = item;
    return isWritten(message) && message.consultation === id ? [{ message, item }] : [];
  });
  const names = new Set(waiting.map(({ message }) => nameOf(message)));
  const sent = here.value.filter((message) => message.consultation === id && !names.has(nameOf(message)));
  return [...sent.map((message) => ({ message, item: null })), ...waiting];
}

const isWritten = (message: OutboxMessage): message is Written =>
  message.type === "write_chat" || message.type === "examine" || message.type === "tell_outcome" || message.type === "cancel";

/** The identifier that the page gave to an act; a withdrawal has that of its case. */
export function nameOf(message: Written): string {
  if (message.type === "cancel") return message.consultation;
  return (message.type === "write_chat" ? message.chat : message.act) ?? "";
}

/** The files of a case that are still on this tablet. Reads a signal. */
export const unsentFiles = (id: ConsultationId) => queue.items.value.filter(({ group }) => group === id);

/** Withdraws a case, with or without a network. Files of it that have not left stay behind, because nobody would look at them. */
export async function withdraw(id: ConsultationId): Promise<void> {
  await write({ type: "cancel", consultation: id });
  for (const { key } of unsentFiles(id)) await queue.drop(key);
}

/** True if the case was withdrawn on this tablet, and the server has not refused that. Reads signals. */
export const isWithdrawn = (id: ConsultationId): boolean =>
  ownActs(id).some(({ message, item }) => message.type === "cancel" && item?.state !== "refused");

/**
 * An act that is refused because its case is over may have arrived before: its acknowledgement was lost. The record tells, and also
 * which outcome was told first.
 */
effect(() => {
  for (const { key, message, refusal } of client.outbox.items.value.values()) {
    if (!refusal || !OVER.has(refusal) || !isWritten(message) || asked.has(key)) continue;
    asked.add(key);
    get<ConsultationView>(`/api/consultations/${message.consultation}`).then(
      (view) => {
        const { outcome } = view.summary;
        if (isThere(view, message)) void client.outbox.drop(key);
        else if (message.type === "tell_outcome" && outcome) toldFirst.value = new Map([...toldFirst.value, [key, outcome.outcome]]);
      },
      () => void asked.delete(key),
    );
  }
});

/** Refusals of an act in a case that is over. */
const OVER: ReadonlySet<string> = new Set<ErrorCode>(["not_found", "outcome_told"]);
/** More messages than wait in a month without a network. */
const MOST = 500;
