/** Adds the French texts that the desk does not show; each screen that is loaded later imports this file. */

import { learn } from "../ui/i18n.ts";
import rest from "../ui/texts/fr.json?rest";
import ofRow from "../ui/texts/fr.json?row";

learn(rest);
learn(ofRow);
