//! What the house's screens share: the client, on the line that the porch has opened.

import { effect, signal } from "@preact/signals";
import { Client } from "../client/index.ts";
import rest from "../ui/texts/fr.json?rest";
import { learn } from "../ui/i18n.ts";
import type { Member, Place } from "../protocol/messages.ts";
import { busy, connection, remember, remembered } from "./porch.ts";

learn(rest);

export const client = new Client({ role: "kiosk", connection });

/** Where the last doctor can be telephoned: for when nobody answers here. */
export const telephone = signal(remembered<Place>("telephone"));

export function start(): void {
  effect(() => {
    const holder = client.consultation.current.value?.members.find(hasTelephone);
    if (holder) remember("telephone", (telephone.value = holder.place));
  });
  client.start();
  // Until the disk has been read and the server has spoken, what was remembered counts.
  setTimeout(() => effect(() => void (busy.value = !client.idle.value)), SETTLED_MS);
}

const hasTelephone = ({ holds, place: { phone } }: Member): boolean => holds && phone !== "";

const SETTLED_MS = 1000;
