/** Loads what shows evacuations with its texts and styles, none of which belongs to a first visit or to the way to a voice. */

import type { FunctionComponent } from "preact";
import { lazy } from "../../ui/lazy.tsx";

const load = async () => (await import("./parts.ts")).loaded();
type Parts = Awaited<ReturnType<typeof load>>;

const part = <P extends object>(pick: (parts: Parts) => FunctionComponent<P>) => lazy(async () => pick(await load()));

/** The evacuations of one consultation. */
export const EvacuationSheet = part((parts) => parts.EvacuationSheet);

/** What a call tells of its evacuations. */
export const EvacuationNotice = part((parts) => parts.EvacuationNotice);

/** What the first screen tells of all evacuations, without anything of a patient. */
export const EvacuationDoor = part((parts) => parts.EvacuationDoor);

/** The screen of all evacuations. */
export const Evacuations = part((parts) => parts.Evacuations);
