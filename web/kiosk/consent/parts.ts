/** The parts about consent, once their styles apply. */

import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import consent from "../../ui/texts/fr.json?consent";
import spoken from "../../ui/texts/fr.json?spoken";
import spokenStyles from "../spoken/spoken.css?later";
import { AskConsent } from "./AskConsent.tsx";
import styles from "./consent.css?later";
import { PastConsent } from "./PastConsent.tsx";

learn(consent);
learn(spoken);

export async function loaded() {
  await Promise.all([loadStylesheet(styles), loadStylesheet(spokenStyles)]);
  return { AskConsent, PastConsent };
}
