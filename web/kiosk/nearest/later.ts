/** Loads the structures near the post with their texts and styles; they belong neither to a first screen nor to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

/** The button that opens the list. On a first visit it comes after what is needed for a voice. */
export const NearestButton = lazy(async () => {
  if (!navigator.serviceWorker?.controller) await new Promise((resolve) => setTimeout(resolve, BESIDE_A_VOICE_MS));
  return (await import("./Nearest.tsx")).loaded();
});

/** The time that a first visit has for the voice. */
const BESIDE_A_VOICE_MS = 6000;
