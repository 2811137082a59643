/**
 * Small values of this device and of this window, in Web Storage. No other file touches `localStorage` or `sessionStorage`, because
 * a browser may refuse them at any moment: the page then goes on with a copy in memory, and `deviceStorage` says what that costs.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";

/**
 * `kept`: what is written stays on the device · `refused`: the browser keeps nothing for this page · `failing`: it did, and the last
 * write failed, as on a full disk · `unreadable`: what earlier pages have kept cannot be read yet, as when the browser starts on a full disk. Its texts are
 * `client.storage.<state>`.
 */
export type StorageState = "kept" | "refused" | "failing" | "unreadable";

const state = signal<StorageState>("kept");

/** The state of this device's storage, for the screens. */
export const deviceStorage: ReadonlySignal<StorageState> = state;

/** True while the device is nearly full: what is written now is kept, and what is written later may not be. */
export const spaceIsShort = signal(false);

/** Reports how an access to the device's storage ended. A refusal holds until the page is loaded again. */
export function storageIs(next: StorageState): void {
  if (state.peek() !== "refused") state.value = next;
}

/** Text values by name. Nothing here throws. */
export interface SmallStorage {
  /** The value, or null if there is none. */
  get(name: string): string | null;
  /** Sets a value, or removes it with null. */
  set(name: string, value: string | null): void;
}

/** Values that stay on this device. */
export const ofDevice: SmallStorage = guarded(() => globalThis.localStorage);

/** Values that stay until this window is closed. */
export const ofWindow: SmallStorage = guarded(() => globalThis.sessionStorage);

/** Keeps a value as JSON on this device. */
export function remember(name: string, value: unknown): void {
  ofDevice.set(name, JSON.stringify(value));
}

/**
 * The value that `remember` has kept. One that is missing, or that `isRight` does not accept, gives null; so does a half-written one.
 */
export function remembered<T>(name: string, isRight: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(ofDevice.get(name) ?? "null");
    return isRight(value) ? value : null;
  } catch {
    return null;
  }
}

/** `area` may throw already when it is named (SecurityError), so each access names it anew. */
function guarded(area: () => Storage): SmallStorage {
  const unkept = new Map<string, string | null>();
  return {
    get(name) {
      if (unkept.has(name)) return unkept.get(name) ?? null;
      try {
        return area().getItem(name);
      } catch {
        storageIs("refused");
        return null;
      }
    },
    set(name, value) {
      try {
        if (value === null) area().removeItem(name);
        else area().setItem(name, value);
        unkept.delete(name);
      } catch (error) {
        unkept.set(name, value);
        storageIs((error as DOMException | null)?.name === "QuotaExceededError" ? "failing" : "refused");
      }
    },
  };
}
