/** Prints the slip of an appointment that stands. */

import { AppointmentPage, type AppointmentPageProps } from "./AppointmentPage.tsx";
import { printPage } from "./show.ts";

/** Rejects if the styles cannot be loaded. */
export const printAppointment = (of: AppointmentPageProps): Promise<void> => printPage(<AppointmentPage {...of} />);
