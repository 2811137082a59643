/**
 * The pages' own font. A first visit shows the system's font, because the voice comes first on a thin link; the service worker
 * keeps the font meanwhile, and later visits have it from their first moment. A page never changes its font while it is read.
 */

import latin from "./fonts/noto-sans-latin.woff2";
import senegal from "./fonts/noto-sans-senegal.woff2";

const FAMILY = "Teranga Sans";
/** The letters of Pulaar, Wolof and Soninké that French does not have. */
const SENEGAL_RANGE = "U+14A-14B, U+181, U+18A, U+1B3-1B4, U+253, U+257";

/** Uses the font if the service worker has it on this device. */
export function useOwnFont(): void {
  if (!navigator.serviceWorker?.controller) return;
  addFace(latin);
  addFace(senegal, SENEGAL_RANGE);
}

function addFace(file: string, unicodeRange = "U+0-FF, U+152-153, U+178, U+2013-2026, U+20AC"): void {
  document.fonts.add(new FontFace(FAMILY, `url(${file})`, { weight: "400 700", display: "optional", unicodeRange }));
}
