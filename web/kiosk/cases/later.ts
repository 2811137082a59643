/** Loads the screens of deferred cases with their texts and styles; none of them belongs to a first screen or to the way to a voice. */

import type { FunctionComponent } from "preact";
import { lazy } from "../../ui/lazy.tsx";

/** Makes a component of a part. `after_ms`: on a first visit it comes so much later than what is needed for a voice. */
const part = <P extends object, Parts>(
  load: () => Promise<{ loaded(): Promise<Parts> }>,
  pick: (parts: Parts) => FunctionComponent<P>,
  after_ms = 0,
) =>
  lazy(async () => {
    if (after_ms && !navigator.serviceWorker?.controller) await new Promise((resolve) => setTimeout(resolve, after_ms));
    return pick(await (await load()).loaded());
  });

const offers = () => import("./Offers.tsx");
const screens = () => import("./CaseScreens.tsx");
/** The time that a first visit has for the voice. */
const BESIDE_A_VOICE_MS = 4000;

/** What a wait offers: to go on as a case. */
export const DeferOffer = part(offers, (parts) => parts.DeferOffer, BESIDE_A_VOICE_MS);

/** The button of a form that sends it as a case. */
export const FileButton = part(offers, (parts) => parts.FileButton, BESIDE_A_VOICE_MS);

/** The state of one case, without anything of its patient. */
export const UnderWay = part(offers, (parts) => parts.UnderWay);

/** The list of cases. */
export const CaseList = part(screens, (parts) => parts.CaseList);

/** One case. */
export const CaseScreen = part(screens, (parts) => parts.CaseScreen);

/** The form of a case with new values. */
export const ExamineScreen = part(screens, (parts) => parts.ExamineScreen);
