/** Loads the link for an ambulance with its texts, which belongs to no way to a voice. */

import { lazy } from "../lazy.tsx";

/** The link for the telephone of an ambulance, beside an evacuation of a call. */
export const AmbulanceLink = lazy(async () => (await import("./AmbulanceLink.tsx")).AmbulanceLink);
