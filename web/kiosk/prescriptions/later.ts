/** Loads what shows prescriptions with its texts and styles, none of which belongs to a first visit or to the way to a voice. */

import type { FunctionComponent } from "preact";
import { lazy } from "../../ui/lazy.tsx";

const load = async () => (await import("./parts.ts")).loaded();
type Parts = Awaited<ReturnType<typeof load>>;

const part = <P extends object>(pick: (parts: Parts) => FunctionComponent<P>) => lazy(async () => pick(await load()));

/** The prescriptions of one consultation. */
export const PrescriptionSheet = part((parts) => parts.PrescriptionSheet);

/** What a call tells when a prescription comes or ends. */
export const PrescriptionNotice = part((parts) => parts.PrescriptionNotice);

/** Loads them, and what keeps a copy of them on the device, before they are needed. */
export const warmPrescriptions = () => Promise.all([load(), import("../../client/workflow/kept-prescriptions.ts")]);
