/** Loads the line that tells whether a record was published, with its texts. */

import { lazy } from "../lazy.tsx";

/** Whether the record of a consultation was published to the national file. */
export const PublicationLine = lazy(async () => (await import("./PublicationLine.tsx")).PublicationLine);
