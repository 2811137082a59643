//! What the kiosk's screens share: the client, the post, and which screen is shown.

import { computed, effect, type Signal, signal } from "@preact/signals";
import { Client, type EndReason, registerApp } from "../client/index.ts";
import type { Member, Place } from "../protocol/messages.ts";
import { access } from "./access.ts";
import type { Kind } from "./form.ts";

export const client = new Client({ role: "kiosk" });

/** Screens chosen by touch. A waiting request and a running consultation come before them. */
export type Screen = { at: "home" | "speciality" | "check" | "history" } | { at: "form"; kind: Kind };
export const screen = signal<Screen>({ at: "home" });

/** The post, also before the server has said who we are. */
export const place = signal<Place | null>(remembered("place"));

/** Where the last doctor can be telephoned: for when nobody answers here. */
export const telephone = signal<Place | null>(remembered("telephone"));

/** Whether somebody has gone through the device check on this tablet. */
export const checked = signal(localStorage.getItem("checked") === "yes");

export function rememberCheck(): void {
  checked.value = true;
  localStorage.setItem("checked", "yes");
}

/** Nobody is typing or reading: a new version of the page may take over. */
const quiet = computed(
  () => client.idle.value && !client.consultation.ended.value && screen.value.at === "home",
);

/** The tablet is enrolled: everything starts, network or not. */
export function start(): void {
  effect(() => remember("place", place, client.identity.value?.place));
  effect(() =>
    remember("telephone", telephone, client.consultation.current.value?.members.find(hasTelephone)?.place),
  );
  effect(() => {
    const state = client.connection.state.value;
    if (state.at === "ended") ended(state.reason);
  });
  client.start();
  void registerApp("poste", quiet);
}

function ended(reason: EndReason): void {
  if (reason === "revoked" || reason === "replaced") access.value = reason;
  if (reason === "version") setTimeout(() => location.reload(), RELOAD_AFTER_MS);
}

const hasTelephone = ({ holds, place: { phone } }: Member): boolean => holds && phone !== "";

function remember(name: string, kept: Signal<Place | null>, now: Place | undefined): void {
  if (!now) return;
  kept.value = now;
  localStorage.setItem(name, JSON.stringify(now));
}

function remembered(name: string): Place | null {
  return JSON.parse(localStorage.getItem(name) ?? "null") as Place | null;
}

/** The service worker fetches the new page meanwhile. */
const RELOAD_AFTER_MS = 3000;
