/**
 * A whole count, product by product on one screen. A product of which there is as much as before takes one touch, and an empty shelf does, too. Each count
 * is on the tablet before the next product comes, so that a power cut loses none.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import type { KnownCount } from "../../client/offline/stock.ts";
import { now } from "../../client/platform/clock.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { ProductId } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import type { Product } from "../../ui/formulary/products.ts";
import { shelfOf } from "../../ui/formulary/stock.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { alertsOf, roundOf, typedQuantity } from "./count.ts";
import { Expiry, isHalf, monthOf, partsOf } from "./Expiry.tsx";
import { keepCount } from "./keep-count.ts";
import { Quantity } from "./Quantity.tsx";
import { alertWords, countedWords, quantityWords, titleOf } from "./words.ts";

interface RoundProps {
  /** All that this post counts, in the order of the shelf. */
  products: readonly Product[];
  counts: ReadonlyMap<ProductId, KnownCount>;
  onEnd: () => void;
}

export function Round({ products, counts, onEnd }: RoundProps) {
  // What is counted meanwhile does not change which product comes next.
  const [round] = useState(() => roundOf(products, counts, wallNow()));
  const [place, setPlace] = useState(0);
  const product = round[place];
  const [done, all] = [products.length - round.length + place, products.length];
  useEffect(() => {
    if (!product) onEnd();
  }, [product]);
  if (!product) return null;
  const next = () => setPlace(place + 1);
  return (
    <section class="stock-round" data-testid="stock-round" data-product={product.id}>
      <p class="stock-progress" data-testid="stock-round-progress">
        <progress max={all} value={done} aria-hidden="true" /> <strong>{t("kiosk.stock.round_of", { n: done + 1, all })}</strong>
      </p>
      <One key={product.id} product={product} before={counts.get(product.id)} onNext={next} />
      <div class="actions">
        <Button icon={icon.back} disabled={place === 0} data-testid="stock-round-before" onClick={() => setPlace(place - 1)}>
          {t("kiosk.stock.before")}
        </Button>
        <Button data-testid="stock-round-skip" onClick={next}>
          {t("kiosk.stock.skip")}
        </Button>
        <Button data-testid="stock-round-stop" onClick={onEnd}>
          {t("kiosk.stock.stop")}
        </Button>
      </div>
    </section>
  );
}

interface OneProps {
  product: Product;
  before: KnownCount | undefined;
  onNext: () => void;
}

function One({ product, before, onNext }: OneProps) {
  const onShelf = before ? shelfOf(before, product.unit) : null;
  const [typed, setTyped] = useState(onShelf === null ? "" : String(onShelf));
  const [isTried, setTried] = useState(false);
  const [parts, setParts] = useState(() => partsOf(before?.expires));
  const save = useSave(product, onNext);
  const read = typedQuantity(typed, onShelf);
  const next = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if ("quantity" in read && !isHalf(parts)) save(read.quantity, monthOf(parts));
  };
  return (
    <form class="stock-one" onSubmit={next}>
      <div role="status">
        <h2>{titleOf(product)}</h2>
        {before && <Before product={product} before={before} />}
      </div>
      <div class="stock-touch">
        {onShelf !== null && (
          <Button kind="go" icon={icon.check} data-testid="stock-same" onClick={() => save(onShelf, before?.expires)}>
            {t("kiosk.stock.same", { quantity: quantityWords(onShelf, product) })}
          </Button>
        )}
        <Button data-testid="stock-zero" onClick={() => save(0)}>
          {t("kiosk.stock.zero")}
        </Button>
      </div>
      <div class="stock-count">
        <Quantity product={product} typed={typed} before={onShelf} isTried={isTried} onTyped={setTyped} />
      </div>
      <div class="stock-last">
        <Expiry month={parts[0]} inYear={parts[1]} isWrong={isHalf(parts) && isTried} onChange={setParts} />
        <Button type="submit" kind="primary" data-testid="stock-round-next">
          {t("kiosk.stock.next")}
        </Button>
      </div>
    </form>
  );
}

/** When it was counted last, and what to look at on its boxes. */
function Before({ product, before }: { product: Product; before: KnownCount }) {
  const at = wallNow();
  const onBoxes = alertsOf(before, product.unit, at).filter((alert) => alert === "expired" || alert === "soon");
  return (
    <p class="small">
      <span class="soft">{countedWords(before, at)}</span>
      {onBoxes.map((alert) => (
        <strong key={alert} class={alert === "expired" ? "bad" : "warn"}>
          {" · "}
          {alertWords(alert, before)}
        </strong>
      ))}
    </p>
  );
}

/** Keeps a count and goes on, once for each product. The second touch of a quick double one would count the next product unseen, and is left out. */
function useSave(product: Product, onNext: () => void) {
  const shownAt = useRef(now());
  const isBusy = useRef(false);
  return (quantity: number, expires?: string) => {
    if (isBusy.current || now() - shownAt.current < DOUBLE_TOUCH_MS) return;
    isBusy.current = true;
    void keepCount(product, quantity, quantity > 0 ? expires : undefined).then(onNext);
  };
}

/** Two touches of one finger are closer than this, and nobody reads a name in less. */
const DOUBLE_TOUCH_MS = 300;
