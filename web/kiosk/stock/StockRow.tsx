/** A product in the list: what there is of it, how old the count is, and what to look at. A touch opens the count. */

import type { KnownCount } from "../../client/offline/stock.ts";
import type { Product } from "../../ui/formulary/products.ts";
import { number, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { shelfOf } from "../../ui/formulary/stock.ts";
import { alertsOf, isCountedNow } from "./count.ts";
import { alertWords, countedWords, quantityWords } from "./words.ts";

interface StockRowProps {
  product: Product;
  count: KnownCount | undefined;
  now: number;
  onOpen: () => void;
}

export function StockRow({ product, count, now, onOpen }: StockRowProps) {
  const { id, inn, strength, form } = product;
  return (
    <li>
      <button type="button" class="button stock-row" data-testid="stock-row" data-product={id} onClick={onOpen}>
        <span class="what">
          <strong>{inn}</strong> {strength}
          <small class="soft">{form}</small>
        </span>
        <span class="how-many">
          {count ? (
            <>
              {isCountedNow(count, now) && <Icon of={icon.check} />} <strong data-testid="stock-quantity">{quantityWords(shelfOf(count, product.unit), product)}</strong>
            </>
          ) : (
            <small class="soft">{t("kiosk.stock.never")}</small>
          )}
        </span>
        {count && <Details product={product} count={count} now={now} />}
      </button>
    </li>
  );
}

function Details({ product, count, now }: { product: Product; count: KnownCount; now: number }) {
  const { prescribed_since, dispensed_since } = count;
  // Only what has expired is red: nothing else may harm a patient today.
  const tone = (alert: string) => (alert === "expired" ? "bad" : "warn");
  return (
    <span class="more">
      {alertsOf(count, product.unit, now).map((alert) => (
        <span key={alert} class={`stock-alert ${tone(alert)}`} data-testid="stock-alert" data-alert={alert}>
          <Icon of={icon.alert} /> {alertWords(alert, count)}
        </span>
      ))}
      <small class="soft">{countedWords(count, now)}</small>
      {dispensed_since > 0 && (
        <small class="soft" data-testid="stock-dispensed">
          {t("kiosk.stock.dispensed", { n: amountOf(dispensed_since, product) })}
        </small>
      )}
      {prescribed_since > 0 && (
        <small class="soft" data-testid="stock-prescribed">
          {t("kiosk.stock.prescribed", { n: amountOf(prescribed_since, product) })}
        </small>
      )}
    </span>
  );
}

/** An amount as it was prescribed or given: bottles are counted, and what is in them is given by the millilitre. */
const amountOf = (amount: number, { unit }: Product): string => `${number(amount)}${unit === "ml" ? "\u00a0ml" : ""}`;
