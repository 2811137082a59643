/** Who is signed in for the receiving structure. */

import { signal } from "@preact/signals";
import { ApiError, me, signIn as signInAs, signOut as signOutOf } from "../client/signalling/session.ts";
import type { Identity } from "../protocol/messages.ts";

/** The signed-in account; null if there is none, undefined until that is known. */
export const identity = signal<Identity | null | undefined>(undefined);
/** True if somebody signed in whose role is another one. */
export const refusedRole = signal(false);

/** Continues a session that exists. Without a network the page can be read meanwhile, and asks again. */
export async function resume(): Promise<void> {
  try {
    enter(await me());
  } catch {
    identity.value ??= null;
    setTimeout(() => identity.peek() === null && void resume(), AGAIN_MS);
  }
}

/** Signs in. Throws ApiError. */
export async function signIn(login: string, password: string): Promise<void> {
  enter(await signInAs(login, password));
}

/** Signs out. */
export async function signOut(): Promise<void> {
  await signOutOf().catch(() => undefined);
  identity.value = null;
}

/** Takes note of a failed request: one that is refused because nobody is signed in any more asks to sign in again. */
export function note(error: unknown): void {
  if (error instanceof ApiError && error.code === "signed_out") identity.value = null;
}

function enter(who: Identity | null): void {
  const isOurs = who?.role === "guest" || who?.role === "doctor";
  refusedRole.value = who !== null && !isOurs;
  identity.value = isOurs ? who : null;
}

const AGAIN_MS = 5000;
