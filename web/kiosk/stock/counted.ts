/** The counts as the screens show them: the newest ones, without what was given here and the server does not know yet. */

import { computed, signal } from "@preact/signals";
import type { DispensedLine, ProductId } from "../../protocol/messages.ts";
import { stock } from "./book.ts";
import { withGiven } from "./count.ts";

/** What was given here and waits to be sent. The queue in which it waits tells it, so that the first screen can do without the queue. */
export const given = signal<readonly { product?: ProductId; line: DispensedLine; at: number }[]>([]);

/** By product: the newest count. */
export const counted = computed(() => withGiven(stock.counts.value, given.value));
