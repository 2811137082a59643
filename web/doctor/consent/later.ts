/** Loads what tells a specialist of the patient's consent, which does not belong to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

/** The consent in a call, as it is now. */
export const LiveConsent = lazy(async () => (await import("./LiveConsent.tsx")).LiveConsent);

/** The consent in a record of before. */
export const ConsentLine = lazy(async () => (await import("../../ui/consent/ConsentLine.tsx")).ConsentLine);
