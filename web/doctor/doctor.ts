//! What the doctor's screens share: who is signed in, and the client that works for them.

import { effect, signal, untracked } from "@preact/signals";
import { Client, me, registerApp, signIn, signOut } from "../client/index.ts";
import type { Identity } from "../protocol/messages.ts";
import { watchRing } from "./ringing.ts";

/** Nobody knows yet · nobody is signed in · somebody is. */
export type Door = { at: "arriving" } | { at: "out"; code: string | null } | { at: "in"; client: Client };
export const door = signal<Door>({ at: "arriving" });

/** The page of the desk, or one's past consultations. */
export const page = signal<"desk" | "history">("desk");

const RETRY_MS = 3000;

/** Goes on where the session stands. Without a network it waits for one: typed texts are on this device. */
export async function arrive(): Promise<void> {
  try {
    const identity = await me();
    if (identity) enter(identity);
    else door.value = { at: "out", code: null };
  } catch {
    setTimeout(arrive, RETRY_MS);
  }
}

export async function comeIn(login: string, password: string): Promise<void> {
  enter(await signIn(login, password));
}

export async function goOut(client: Client): Promise<void> {
  client.stop();
  await signOut().catch(() => undefined);
  location.reload();
}

function enter({ role, party }: Identity): void {
  if (role !== "doctor" && role !== "guest") {
    door.value = { at: "out", code: "not_here" };
    return;
  }
  const client = new Client({ role, party });
  door.value = { at: "in", client };
  client.start();
  watchRing(client);
  // The transport is up before "Prendre" is pressed, if it rings; at least the offer is ready.
  effect(() => {
    const { rows, invitation } = client.desk;
    if (rows.value.length || invitation.value) untracked(() => void client.call.prepare());
  });
  effect(() => {
    const rings = client.desk.rows.value.some(({ ringing }) => ringing);
    untracked(() => client.prepare(rings));
  });
  void registerApp("medecin", client.idle);
  effect(() => {
    const state = client.connection.state.value;
    if (state.at !== "ended") return;
    if (state.reason === "signed_out" || state.reason === "revoked")
      door.value = { at: "out", code: "signed_out" };
    if (state.reason === "version") setTimeout(() => location.reload(), RETRY_MS);
  });
}
