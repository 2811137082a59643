/** What `later.ts` loads. */

import { learn } from "../../ui/i18n.ts";
import lineStyles from "../../ui/referral/referral.css?later";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?evacuate";
import words from "../../ui/texts/fr.json?referral";
import styles from "./evacuation.css?later";
import { NewsBanners } from "./NewsBanners.tsx";
import { ReferralList } from "./ReferralList.tsx";
import { Room } from "./room/Room.tsx";
import "../texts.ts";

learn(french);
learn(words);

/** The parts, once their styles apply. */
export async function loaded() {
  await Promise.all([loadStylesheet(styles), loadStylesheet(lineStyles)]);
  return { Room, ReferralList, NewsBanners };
}
