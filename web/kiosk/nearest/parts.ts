/** What `Nearest.tsx` loads when its list is opened: the proposals of the post, which need the client. */

import { learn } from "../../ui/i18n.ts";
import french from "../../ui/texts/fr.json?propose";

export { Propose } from "./Propose.tsx";
export { Proposed } from "./Proposed.tsx";

learn(french);
