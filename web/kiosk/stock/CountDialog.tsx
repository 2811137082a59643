/** The count of one product: a number by large buttons, the month in which the first of the boxes expires, and on to the next product. */

import { useState } from "preact/hooks";
import type { KnownCount } from "../../client/offline/stock.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import type { Product } from "../../ui/formulary/products.ts";
import { t } from "../../ui/i18n.ts";
import { typedQuantity } from "./count.ts";
import { Expiry, isHalf, monthOf, partsOf } from "./Expiry.tsx";
import { keepCount } from "./keep-count.ts";
import { Quantity } from "./Quantity.tsx";
import { titleOf } from "./words.ts";

interface CountDialogProps {
  product: Product;
  before: KnownCount | undefined;
  /** True if another product is still to be counted. */
  hasNext: boolean;
  onClose: () => void;
  onNext: () => void;
}

export function CountDialog({ product, before, hasNext, onClose, onNext }: CountDialogProps) {
  const [typed, setTyped] = useState(before ? String(before.quantity) : "");
  const [isTried, setTried] = useState(false);
  const [parts, setParts] = useState(() => partsOf(before?.expires));
  const read = typedQuantity(typed, before?.quantity ?? null);
  const save = (then: () => void) => {
    setTried(true);
    if (!("quantity" in read) || isHalf(parts)) return;
    void keepCount(product, read.quantity, monthOf(parts)).then(then);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    save(hasNext ? onNext : onClose);
  };
  return (
    <Dialog title={titleOf(product)} onClose={onClose} data-testid="stock-count">
      <form onSubmit={submit}>
        <div class="stock-count">
          <Quantity product={product} typed={typed} before={before?.quantity ?? null} isTried={isTried} onTyped={setTyped} />
          <Expiry month={parts[0]} inYear={parts[1]} isWrong={isHalf(parts) && isTried} onChange={setParts} />
        </div>
        <div class="actions">
          <Button data-testid="stock-close" onClick={onClose}>
            {t("kiosk.stock.stay")}
          </Button>
          {hasNext && (
            <Button data-testid="stock-save" onClick={() => save(onClose)}>
              {t("kiosk.stock.save")}
            </Button>
          )}
          <Button type="submit" kind="primary" data-testid={hasNext ? "stock-next" : "stock-save"}>
            {t(hasNext ? "kiosk.stock.save_next" : "kiosk.stock.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
