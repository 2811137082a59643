/** The button on the first screen that leads to the stock of the post, and tells what is wrong with it. It comes while the tablet rests. */

import { Button } from "../../ui/Button.tsx";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { useFormulary } from "../../ui/formulary/products.ts";
import { learn, t } from "../../ui/i18n.ts";
import french from "../../ui/texts/fr.json?stockdoor";
import { stock } from "./book.ts";
import { doorAlerts } from "./count.ts";
import { counted } from "./counted.ts";

learn(french);

/** The screen to which the door leads. */
export interface StockChosen {
  at: "stock";
}

/** The door, which opens its screen by writing it into `screen`. */
export const stockDoor = (screen: { value: unknown }) => <Door onOpen={() => (screen.value = { at: "stock" } satisfies StockChosen)} />;

const Door = ({ onOpen }: { onOpen: () => void }) => (
  <Button icon={BOX} data-testid="stock" onClick={onOpen}>
    <span>
      {t("kiosk.stockdoor.title")}
      {stock.counts.value.size > 0 && <Alerts />}
    </span>
  </Button>
);

/** The numbers of products to look at. The list of products is loaded for it, but not at a post that never counted. */
function Alerts() {
  const formulary = useFormulary();
  if (!formulary) return null;
  const alerts = doorAlerts(formulary.values(), counted.value, wallNow());
  const words = (["out", "expired", "soon", "old"] as const).map((alert) => alerts[alert] > 0 && t(`kiosk.stockdoor.${alert}`, { n: alerts[alert] }));
  const text = words.filter(Boolean).join(", ");
  return text ? (
    <>
      <br />
      <small data-testid="stock-door-alerts">{text}</small>
    </>
  ) : null;
}

/** A box, on the grid of `ui/icons.ts`. */
const BOX = "M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10";
