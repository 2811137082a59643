/**
 * The state of the doctor's own signing key, so that nobody types what cannot be signed without knowing it: read when the editor opens, when the connection comes
 * back, and when the doctor comes back to the page, who may have set the date of this device meanwhile.
 */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../../client/index.ts";
import { deviceNow } from "../../../client/platform/wall-clock.ts";
import type { OwnKey } from "../../../protocol/prescriptions.ts";

/**
 * `none`: there is no key · `expired`: only one whose certificate is over · `not_begun`: only one whose certificate begins later · `soon`: one that ends within
 * 30 days · `clocks`: this device and the server do not agree about the day, so that nothing else is known.
 */
export type KeyTrouble = "none" | "expired" | "not_begun" | "soon" | "clocks";

/** What keeps a key from signing now or soon; null if nothing does. `device` is the time by this device's own clock when the key was told. */
export function troubleOf({ valid_until, expired, not_begun, at }: OwnKey, now: number, device: number): KeyTrouble | null {
  if (Math.abs(at - device) > CLOCKS_APART_MS) return "clocks";
  if (not_begun) return "not_begun";
  if (valid_until === null) return expired ? "expired" : "none";
  if (valid_until <= now) return "expired";
  return valid_until - now < SOON_MS ? "soon" : null;
}

/** The key, and the time by this device's own clock when it was told. */
export type ToldKey = OwnKey & { device: number };

/** The key; null until it is told. */
export function useOwnKey(isOnline: boolean): ToldKey | null {
  const [key, setKey] = useState<ToldKey | null>(null);
  useEffect(() => (isOnline ? watchKey(() => get<OwnKey>("/api/signing-key"), setKey, { document, window }) : undefined), [isOnline]);
  return key;
}

/** A page that may be hidden behind another, and under another window. */
export interface Page {
  document: Pick<Document, "hidden" | "addEventListener" | "removeEventListener">;
  window: Pick<Window, "addEventListener" | "removeEventListener">;
}

/** Tells the key now and each time that the doctor comes back to the page. Returns a function that ends it. */
export function watchKey(read: () => Promise<OwnKey>, tell: (key: ToldKey) => void, { document, window }: Page): () => void {
  let [isAsking, isOver] = [false, false];
  const ask = async () => {
    if (document.hidden || isAsking) return;
    isAsking = true;
    // Whoever cannot be told now is told by the signature.
    const told = await read().catch(() => null);
    isAsking = false;
    if (told && !isOver) tell({ ...told, device: deviceNow() });
  };
  const again = () => void ask();
  again();
  document.addEventListener("visibilitychange", again);
  window.addEventListener("focus", again);
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", again);
    window.removeEventListener("focus", again);
  };
}

/** The server refuses to sign beyond the same. */
const CLOCKS_APART_MS = 24 * 60 * 60_000;
const SOON_MS = 30 * 24 * 60 * 60_000;
