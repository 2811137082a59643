/** Prints one prescription that is in force. */

import { learn } from "../../ui/i18n.ts";
import french from "../../ui/texts/fr.json?rx";
import { PrescriptionPage, type PrescriptionPageProps } from "./PrescriptionPage.tsx";
import { printPage } from "./show.ts";

learn(french);

/** Rejects if the styles cannot be loaded. */
export const printPrescription = (of: PrescriptionPageProps): Promise<void> => printPage(<PrescriptionPage {...of} />);
