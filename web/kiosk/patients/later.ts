/** Loads what finds a patient, with its texts; a form can be filled in and sent without it. */

import { lazy } from "../../ui/lazy.tsx";

/** Proposes patients for what is typed, and shows the one who was chosen. */
export const KnownPatient = lazy(async () => (await import("./KnownPatient.tsx")).loaded());

/** The patients of the last weeks at this post. */
export const RecentPatients = lazy(async () => (await import("./RecentPatients.tsx")).loaded());
