/** The state of the doctor's own signing key, read when the editor opens, so that nobody types what cannot be signed without knowing it. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../../client/index.ts";
import type { OwnKey } from "../../../protocol/prescriptions.ts";

/** `none`: there is no key · `expired`: only one whose certificate is over · `soon`: one that ends within 30 days. */
export type KeyTrouble = "none" | "expired" | "soon";

/** What keeps a key from signing now or soon; null if nothing does. */
export function troubleOf({ valid_until, expired }: OwnKey, now: number): KeyTrouble | null {
  if (valid_until === null) return expired ? "expired" : "none";
  if (valid_until <= now) return "expired";
  return valid_until - now < SOON_MS ? "soon" : null;
}

/** The key; null until the server has told it. */
export function useOwnKey(isOnline: boolean): OwnKey | null {
  const [key, setKey] = useState<OwnKey | null>(null);
  useEffect(() => {
    // Whoever cannot be told now is told by the signature.
    if (isOnline && !key) void get<OwnKey>("/api/signing-key").then(setKey, () => undefined);
  }, [isOnline]);
  return key;
}

const SOON_MS = 30 * 24 * 60 * 60_000;
