/** Prints the letter of an evacuation ("fiche de liaison"), and what the structure wrote back. Whoever prints one has its texts already. */

import { CounterPage, type CounterPageProps } from "./CounterPage.tsx";
import { ReferralPage, type ReferralPageProps } from "./ReferralPage.tsx";
import { printPage } from "./show.ts";

/** Rejects if the styles cannot be loaded. */
export const printReferral = (of: ReferralPageProps): Promise<void> => printPage(<ReferralPage {...of} />);

/** The same for the contre-référence. */
export const printCounter = (of: CounterPageProps): Promise<void> => printPage(<CounterPage {...of} />);
