/** The number of a product: by large buttons for one less and one more, by figures, or typed on a keyboard. What cannot be is named, with a proposal. */

import { useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import type { Product } from "../../ui/formulary/products.ts";
import { t } from "../../ui/i18n.ts";
import { stepped, typedQuantity, withFigure } from "./count.ts";
import { Pad } from "./Pad.tsx";
import { unitsOf } from "./words.ts";

interface QuantityProps {
  product: Product;
  typed: string;
  /** The last count; null if there is none. */
  before: number | null;
  /** True once somebody wanted to save. */
  isTried: boolean;
  onTyped: (typed: string) => void;
}

export function Quantity({ product, typed, before, isTried, onTyped }: QuantityProps) {
  const [isFirst, setFirst] = useState(true);
  const type = (text: string) => (onTyped(text), setFirst(false));
  const read = typedQuantity(typed, before);
  const isWrong = "fault" in read && (isTried || read.fault !== "missing");
  return (
    <>
      <div class="stock-number">
        <Button aria-label={t("kiosk.stock.less")} data-testid="stock-less" onClick={() => type(stepped(typed, -1))}>
          −
        </Button>
        <Field
          label={t("kiosk.stock.quantity")}
          unit={unitsOf(product)}
          value={typed}
          onValue={type}
          inputMode="none"
          maxLength={12}
          fault={isWrong ? t(`kiosk.stock.fault.${read.fault}`) : null}
          data-testid="stock-number"
        />
        <Button aria-label={t("kiosk.stock.more")} data-testid="stock-more" onClick={() => type(stepped(typed, 1))}>
          +
        </Button>
      </div>
      {isWrong && read.proposal !== null && (
        <Button data-testid="stock-proposal" onClick={() => type(String(read.proposal))}>
          {t("kiosk.stock.use", { n: read.proposal })}
        </Button>
      )}
      <Pad onFigure={(figure) => type(withFigure(typed, figure, isFirst))} onErase={() => type(typed.slice(0, -1))} />
    </>
  );
}
