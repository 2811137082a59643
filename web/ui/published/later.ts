/** Loads the lines that tell whether a record was published, and what of it stays published, with their texts. */

import { lazy } from "../lazy.tsx";

/** Whether the record of a consultation was published to the national file. */
export const PublicationLine = lazy(async () => (await import("./PublicationLine.tsx")).PublicationLine);

/** What the national file keeps if the patient withdraws the consent. */
export const RemainsLine = lazy(async () => (await import("./RemainsLine.tsx")).RemainsLine);
