/**
 * The client that the kiosk's screens share, on the connection that `shell.ts` has opened. It starts when it is
 * loaded.
 */

import { computed, effect, signal } from "@preact/signals";
import { Client } from "../client/index.ts";
import { otherWindows } from "../client/offline/other-windows.ts";
import { SendQueue } from "../client/offline/queue.ts";
import { Post } from "../client/workflow/post.ts";
import { voiceNeedsLink } from "../client/workflow/yielding.ts";
import { pageClock } from "../client/platform/clock.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import { learn } from "../ui/i18n.ts";
import rest from "../ui/texts/fr.json?rest";
import { isToTell, take } from "./evacuation/known.ts";
import { access, busy, cases, connection, outgoing, unsent } from "./shell.ts";

learn(rest);

/** The client of this kiosk. */
export const client = new Client({
  role: "kiosk",
  connection,
  cases,
  post: (to, outbox) => new Post(to, outbox, pageClock),
});
client.start();

/** The files and cases of this kiosk that must reach the server. Whoever sends a kind of them names its handler. */
export const queue = new SendQueue({
  store: client.kept,
  clock: pageClock,
  wallClock: wallNow,
  windows: otherWindows("queue"),
  online: computed(() => connection.state.value.at === "ready"),
  thin: voiceNeedsLink({
    clock: pageClock,
    consultation: client.consultation.current,
    caps: client.call.caps,
    asking: client.asking,
    pending: client.post.pending,
  }),
});

void queue.loaded.then(() => {
  effect(() => void (outgoing.value = queue.items.value.length > 0 || client.outbox.items.value.size > 0 || cases.rows.value.length > 0 || isToTell()));
});

/** What is told before the tablet keeps it (`evacuation/keeping.ts`) is known, too. */
connection.on("referral", ({ type: _, ...one }) => take([one]));

/** True while the user is asked whether to leave the call. */
export const leaving = signal(false);

effect(() => void (unsent.value = client.post.filed.value.length));

effect(() => {
  if (access.value === "revoked") client.stop();
});

/** The remembered `busy` holds until the disk has been read and the server has answered. */
const SETTLED_MS = 1000;
setTimeout(() => effect(() => void (busy.value = !client.idle.value || unsent.value > 0)), SETTLED_MS);
