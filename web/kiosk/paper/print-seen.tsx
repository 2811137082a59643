/** Prints the list of who has seen a record. */

import { learn } from "../../ui/i18n.ts";
import french from "../../ui/texts/fr.json?seen";
import { SeenPage, type SeenPageProps } from "./SeenPage.tsx";
import { printPage } from "./show.ts";

learn(french);

/** Rejects if the styles cannot be loaded. */
export const printSeen = (of: SeenPageProps): Promise<void> => printPage(<SeenPage {...of} />);
