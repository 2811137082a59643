/** Loads the editor and the list of prescriptions with their texts and styles, none of which belongs to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

const load = async () => (await import("./parts.ts")).loaded();

/** The editor of a prescription. */
export const Editor = lazy(async () => (await load()).Editor);

/** The prescriptions of a consultation. */
export const PrescriptionList = lazy(async () => (await load()).PrescriptionList);
