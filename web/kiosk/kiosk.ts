//! What the kiosk's screens share: the client, who this tablet is, and which screen is shown.

import { effect, signal } from "@preact/signals";
import { Client, type EndReason, enrolledDevice, registerApp, signInDevice } from "../client/index.ts";
import type { Place } from "../protocol/messages.ts";
import type { Kind } from "./form.ts";

export const client = new Client({ role: "kiosk" });

/** Whether this tablet may call: `known` also when no network can tell yet. */
export const access = signal<"starting" | "unknown" | "known" | "revoked" | "replaced">("starting");

/** Screens chosen by touch. A waiting request and a running consultation come before them. */
export type Screen = { at: "home" | "speciality" | "check" | "history" } | { at: "form"; kind: Kind };
export const screen = signal<Screen>({ at: "home" });

/** The post, also before the server has said who we are. */
export const place = signal<Place | null>(remembered());

/** Whether somebody has gone through the device check on this tablet. */
export const checked = signal(localStorage.getItem("checked") === "yes");

export function rememberCheck(): void {
  checked.value = true;
  localStorage.setItem("checked", "yes");
}

export async function boot(): Promise<void> {
  effect(() => rememberPlace(client.identity.value?.place));
  effect(() => {
    const state = client.connection.state.value;
    if (state.at === "ended") void mend(state.reason);
  });
  if (await enrolledDevice()) enter();
  else access.value = "unknown";
}

/** The tablet is enrolled: everything starts, network or not. */
export function enter(): void {
  access.value = "known";
  client.start();
  registerApp("poste", client.idle);
}

async function mend(reason: EndReason): Promise<void> {
  if (access.peek() !== "known") return;
  if (reason === "signed_out") await signInAgain();
  else if (reason === "version") setTimeout(() => location.reload(), RELOAD_AFTER_MS);
  else if (reason === "revoked" || reason === "replaced") access.value = reason;
}

async function signInAgain(): Promise<void> {
  try {
    await signInDevice();
    client.connection.start();
  } catch (error) {
    if ((error as { code?: string }).code === "device") access.value = "revoked";
    else setTimeout(signInAgain, SIGN_IN_AGAIN_MS);
  }
}

function rememberPlace(now: Place | undefined): void {
  if (!now) return;
  place.value = now;
  localStorage.setItem("place", JSON.stringify(now));
}

function remembered(): Place | null {
  return JSON.parse(localStorage.getItem("place") ?? "null") as Place | null;
}

const SIGN_IN_AGAIN_MS = 2000;
/** A new page is being fetched by the service worker meanwhile. */
const RELOAD_AFTER_MS = 3000;
