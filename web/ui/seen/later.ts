/** Loads the list of who has seen a record with its texts and styles, none of which belongs to a first visit or to the way to a voice. */

import { lazy } from "../lazy.tsx";

/** The button that shows who has seen the record of a consultation. */
export const WhoHasSeen = lazy(async () => (await import("./WhoHasSeen.tsx")).loaded());
