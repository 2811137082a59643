/** The counts as the screen shows them: the newest ones, without what was given here and the server does not know yet. */

import { computed } from "@preact/signals";
import { queue } from "../kiosk.ts";
import { givenIn, isGiven } from "../prescriptions/dispensing.ts";
import { stock } from "./book.ts";
import { withGiven } from "./count.ts";

/** By product: the newest count. */
export const counted = computed(() => withGiven(stock.counts.value, queue.items.value.filter(isGiven).map(givenIn)));
