/** Loads what says who is on duty; a form can be filled in and sent without it. */

import { lazy } from "../../ui/lazy.tsx";

/** Who is on duty for a speciality, and who rings next. */
export const OnDuty = lazy(async () => (await import("./OnDuty.tsx")).loaded());
