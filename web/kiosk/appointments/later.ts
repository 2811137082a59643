/** Loads the appointments with their texts; they belong neither to a first screen nor to the way to a voice. */

import type { FunctionComponent } from "preact";
import { lazy } from "../../ui/lazy.tsx";

const load = async () => (await import("./parts.ts")).loaded();
type Parts = Awaited<ReturnType<typeof load>>;

const part = <P extends object>(pick: (parts: Parts) => FunctionComponent<P>) => lazy(async () => pick(await load()));

/** The appointments on the first screen. */
export const AppointmentDoor = lazy(async () => (await import("./AppointmentDoor.tsx")).AppointmentDoor);

/** The appointments of the post from today on. */
export const Coming = part((parts) => parts.Coming);

/** The appointments of a consultation that has just ended. */
export const AppointmentSheet = part((parts) => parts.AppointmentSheet);

/** The appointments of a consultation of before. */
export const PastAppointments = part((parts) => parts.PastAppointments);
