/** The state of the doctor's own signing key, read when the editor opens, so that nobody types what cannot be signed without knowing it. */

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

/** The key, and the time by this device's own clock when it was told; null until then. */
export function useOwnKey(isOnline: boolean): (OwnKey & { device: number }) | null {
  const [key, setKey] = useState<(OwnKey & { device: number }) | null>(null);
  useEffect(() => {
    // Whoever cannot be told now is told by the signature.
    if (isOnline && !key) void get<OwnKey>("/api/signing-key").then((told) => setKey({ ...told, device: deviceNow() }), () => undefined);
  }, [isOnline]);
  return key;
}

/** The server refuses to sign beyond the same. */
const CLOCKS_APART_MS = 24 * 60 * 60_000;
const SOON_MS = 30 * 24 * 60 * 60_000;
