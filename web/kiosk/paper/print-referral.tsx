/** Prints the letter of an evacuation ("fiche de liaison"). Whoever prints one has its texts already. */

import { ReferralPage, type ReferralPageProps } from "./ReferralPage.tsx";
import { printPage } from "./show.ts";

/** Rejects if the styles cannot be loaded. */
export const printReferral = (of: ReferralPageProps): Promise<void> => printPage(<ReferralPage {...of} />);
