/** The button on the first screen that leads to the stock of the post. It comes while the tablet rests. */

import { Button } from "../../ui/Button.tsx";
import { learn, t } from "../../ui/i18n.ts";
import french from "../../ui/texts/fr.json?stockdoor";

learn(french);

/** The screen to which the door leads. */
export interface StockChosen {
  at: "stock";
}

/** The door, which opens its screen by writing it into `screen`. */
export const stockDoor = (screen: { value: unknown }) => <Door onOpen={() => (screen.value = { at: "stock" } satisfies StockChosen)} />;

const Door = ({ onOpen }: { onOpen: () => void }) => (
  <Button icon={BOX} data-testid="stock" onClick={onOpen}>
    {t("kiosk.stockdoor.title")}
  </Button>
);

/** A box, on the grid of `ui/icons.ts`. */
const BOX = "M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10";
