/** Loads the appointments with their texts; none of them belongs to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

/** The appointments of one consultation, and the form for another one. */
export const AppointmentSection = lazy(async () => (await (await import("./parts.ts")).loaded()).AppointmentSection);
