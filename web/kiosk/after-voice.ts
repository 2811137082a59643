/** What a first visit loads after what is needed for a voice. */

/** Resolves at once where the files of the page are on the device, and otherwise when the voice has had its time. */
export async function afterVoice(): Promise<void> {
  if (!navigator.serviceWorker?.controller) await new Promise((resolve) => setTimeout(resolve, BESIDE_A_VOICE_MS));
}

/** The time that a first visit has for the voice. */
const BESIDE_A_VOICE_MS = 8000;
