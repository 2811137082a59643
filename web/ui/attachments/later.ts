/** Loads what shows attachments with its texts and styles, none of which belongs to a first visit or to the way to a voice. */

import type { FunctionComponent } from "preact";
import { lazy } from "../lazy.tsx";

const load = async () => (await import("./parts.ts")).loaded();
type Parts = Awaited<ReturnType<typeof load>>;

const part = <P extends object>(pick: (parts: Parts) => FunctionComponent<P>) => lazy(async () => pick(await load()));

/** The attachments of a consultation, for everybody in it. */
export const AttachmentList = part((parts) => parts.AttachmentList);

/** The measured values over time. */
export const VitalsChart = part((parts) => parts.VitalsChart);
