/** What `later.ts` loads. */

import { learn } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?stock";
import { StockScreen } from "./StockScreen.tsx";
import styles from "./stock.css?later";

learn(french);

/** The screen, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return StockScreen;
}
