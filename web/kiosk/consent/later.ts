/** Loads what asks for the patient's consent with its texts and styles; a form can be filled in and sent without it. */

import type { FunctionComponent } from "preact";
import { lazy } from "../../ui/lazy.tsx";
import { afterVoice } from "../after-voice.ts";

const load = async () => (await import("./parts.ts")).loaded();
type Parts = Awaited<ReturnType<typeof load>>;

/** Makes a component of a part. On a first visit it comes after what is needed for a voice. */
const part = <P extends object>(pick: (parts: Parts) => FunctionComponent<P>) => lazy(async () => (await afterVoice(), pick(await load())));

/** The question in a form. */
export const AskConsent = part((parts) => parts.AskConsent);

/** The consent of a consultation of before, which can be withdrawn. */
export const PastConsent = part((parts) => parts.PastConsent);
