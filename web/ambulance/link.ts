/** The secret of the link in the page's address, and the key by which this page may open it again if an answer was lost. */

import { ofWindow } from "../client/platform/storage.ts";

/** Takes the secret out of the address, so that it stays in no history and in nobody's copy of the address; null if there is none. */
export function secretInAddress(): string | null {
  const secret = location.hash.slice(1);
  if (!/^[\w-]{22,64}$/.test(secret)) return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return secret;
}

/** The key of this page for a link: the same one until the window is closed. */
export function keyFor(code: string): string {
  const kept = ofWindow.get(`${KEY} ${code}`);
  if (kept) return kept;
  const key = crypto.randomUUID();
  ofWindow.set(`${KEY} ${code}`, key);
  return key;
}

const KEY = "ambulance key";
