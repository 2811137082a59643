//! What the house's screens share: the client, on the line that the porch has opened. It starts when it is loaded.

import { effect } from "@preact/signals";
import { Client } from "../client/index.ts";
import { learn } from "../ui/i18n.ts";
import rest from "../ui/texts/fr.json?rest";
import { access, busy, connection } from "./shell.ts";

learn(rest);

export const client = new Client({ role: "kiosk", connection });
client.start();

/** Nobody waits for a photo any more that was still on its way. */
effect(() => {
  if (client.consultation.ended.value) void client.drafts.clear("photo");
});

effect(() => {
  if (access.value === "revoked") client.stop();
});

/** Until the disk has been read and the server has spoken, what was remembered counts. */
const SETTLED_MS = 1000;
setTimeout(() => effect(() => void (busy.value = !client.idle.value)), SETTLED_MS);
