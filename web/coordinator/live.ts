/** The one WebSocket of the coordinator's page: it tells that the rota has changed, and it carries what waits and who is there. */

import { computed, signal } from "@preact/signals";
import { pageClock } from "../client/platform/clock.ts";
import { Connection } from "../client/signalling/connection.ts";
import { pagePorts } from "../client/signalling/ports.ts";
import { Cases } from "../client/workflow/cases.ts";
import type { Absence, RingOrder } from "../protocol/messages.ts";
import { WaitingRequests } from "./waiting.ts";

/** The connection of this page. `rota.ts` starts it when somebody has signed in. */
export const connection = new Connection(pagePorts);

/** True while the server tells this page of changes; false if the page must look for them. */
export const isLive = computed(() => connection.state.value.at === "ready");

/** The deferred cases. They are followed from the start, because the server sends the list once, with the welcome. */
export const cases = new Cases(connection, pageClock);

/** The requests that wait, and at whom they ring. */
export const waiting = new WaitingRequests(connection, pageClock);

/** The order in which a request of now would ring; null until the server has told it, which it does after the welcome and whenever it changes. */
export const ringOrder = signal<RingOrder | null>(null);
connection.on("ring_order", (order) => (ringOrder.value = order));

/** The doctors who are on duty and not there. The server sends the whole list after the welcome and whenever it changes. */
export const absences = signal<Absence[]>([]);
connection.on("duty_absent", (message) => (absences.value = message.absences));
