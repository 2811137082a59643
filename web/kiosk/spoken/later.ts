/** Loads the sentences for patients with their texts and styles; they belong neither to a first screen nor to the way to a voice. */

import type { FunctionComponent } from "preact";
import { lazy } from "../../ui/lazy.tsx";
import { afterVoice } from "../after-voice.ts";

const load = async () => (await import("./Spoken.tsx")).loaded();
type Parts = Awaited<ReturnType<typeof load>>;

/** Makes a component of a part. On a first visit it comes after what is needed for a voice. */
const part = <P extends object>(pick: (parts: Parts) => FunctionComponent<P>) =>
  lazy(async () => {
    await afterVoice();
    return pick(await load());
  });

/** The button of a form or of the wait, which opens a dialog. */
export const SpeakButton = part((parts) => parts.SpeakButton);

/** The button in the bar of a call. */
export const SpeakInCallButton = part((parts) => parts.SpeakInCallButton);

/** The panel beside a call. */
export const SpokenPanel = part((parts) => parts.SpokenPanel);
