/** Tells of cases beside the list: the number of those that wait for an answer in the page's title, and a soft sound once for what is new. */

import { effect } from "@preact/signals";
import { type Case, type Client, now, playNotes } from "../../client/index.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { casesDue, soundReady } from "../ringing.ts";
import { isDue, isHeard } from "./standing.ts";

/** Begins to watch the list of a client; there is no sound during a call. */
export function watchCases(client: Client): void {
  let before: ReadonlyMap<ConsultationId, Case> = new Map();
  effect(() => {
    const rows = client.cases.rows.value;
    casesDue.value = rows.filter(isDue).length;
    const heard = isHeard(before, rows, now());
    before = new Map(rows.map((row) => [row.consultation, row]));
    if (heard && soundReady.peek() && !client.consultation.current.peek()) void playNotes(SOFT, NOTE_S);
  });
}

/** Two low notes, which nobody takes for the ring of a request. */
const SOFT = [330, 440];
const NOTE_S = 0.18;
