/** The code of a letter in the page's address, which the QR code on paper holds. */

import { readLetterCode } from "../client/workflow/prescription-code.ts";

/** Takes the code out of the address, so that it stays in no history and in nobody's copy of the address; empty if there is none. */
export function codeInAddress(): string {
  const code = readLetterCode(decoded(location.hash.slice(1)));
  if (!code) return "";
  history.replaceState(history.state, "", location.pathname + location.search);
  return code;
}

/** A part of an address as people read it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
