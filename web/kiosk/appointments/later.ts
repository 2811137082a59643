/** Loads the appointments of the day with their texts; they belong neither to a first screen nor to the way to a voice. */

import { lazy } from "../../ui/lazy.tsx";

/** The appointments of the day on the first screen. */
export const AppointmentDoor = lazy(async () => (await import("./AppointmentDoor.tsx")).AppointmentDoor);
