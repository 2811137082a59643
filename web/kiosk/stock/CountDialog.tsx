/** The count of one product: a number by large buttons, the month in which the first of the boxes expires, and on to the next product. */

import { useState } from "preact/hooks";
import type { KnownCount } from "../../client/offline/stock.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { year } from "../../ui/dates.ts";
import { Field } from "../../ui/Field.tsx";
import type { Product } from "../../ui/formulary/products.ts";
import { t } from "../../ui/i18n.ts";
import { Select } from "../../ui/Select.tsx";
import { book, nurseHere } from "../staff.ts";
import { stock } from "./book.ts";
import { stepped, typedQuantity, withFigure } from "./count.ts";
import { unitsOf } from "./words.ts";

interface CountDialogProps {
  product: Product;
  before: KnownCount | undefined;
  /** True if another product is still to be counted. */
  hasNext: boolean;
  onClose: () => void;
  onNext: () => void;
  /** Called with whether the device had space for the count. */
  onKept: (isKept: boolean) => void;
}

export function CountDialog({ product, before, hasNext, onClose, onNext, onKept }: CountDialogProps) {
  const [typed, setTyped] = useState(before ? String(before.quantity) : "");
  const [isFirst, setFirst] = useState(true);
  const [isTried, setTried] = useState(false);
  const [[month, inYear], setExpires] = useState(() => partsOf(before?.expires));
  const type = (text: string) => (setTyped(text), setFirst(false));
  const read = typedQuantity(typed, before?.quantity ?? null);
  const isHalf = (month === "") !== (inYear === "");
  const save = (then: () => void) => {
    setTried(true);
    if (!("quantity" in read) || isHalf) return;
    const expires = month && { expires: `${inYear}-${month}` };
    const count = { product: product.id, quantity: read.quantity, counted_at: Math.floor(wallNow()), proof: book.proof() ?? "", name: nurseHere(), ...expires };
    const told = (isKept: boolean) => (onKept(isKept), then());
    void stock.count(count).then(
      () => told(true),
      () => told(false),
    );
  };
  const submit = (event: Event) => {
    event.preventDefault();
    save(hasNext ? onNext : onClose);
  };
  const isWrong = "fault" in read && (isTried || read.fault !== "missing");
  return (
    <Dialog title={titleOf(product)} onClose={onClose} data-testid="stock-count">
      <form onSubmit={submit}>
        <div class="stock-count">
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
          <Expiry month={month} inYear={inYear} isWrong={isHalf && isTried} onChange={setExpires} />
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

const titleOf = ({ inn, strength, form }: Product): string => `${[inn, strength].filter(Boolean).join(" ")}, ${form}`;

/** Figures as on a telephone. The keyboard of a tablet stays away, because it would hide them. */
function Pad({ onFigure, onErase }: { onFigure: (figure: string) => void; onErase: () => void }) {
  return (
    <div class="stock-pad">
      {["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"].map((figure) => (
        <Button key={figure} data-testid={`stock-figure-${figure}`} onClick={() => onFigure(figure)}>
          {figure}
        </Button>
      ))}
      <Button aria-label={t("kiosk.stock.erase")} data-testid="stock-erase" onClick={onErase}>
        ⌫
      </Button>
    </div>
  );
}

interface ExpiryProps {
  month: string;
  inYear: string;
  isWrong: boolean;
  onChange: (parts: [month: string, inYear: string]) => void;
}

function Expiry({ month, inYear, isWrong, onChange }: ExpiryProps) {
  const first = year(wallNow()) - 1;
  const years = Array.from({ length: YEARS }, (_, i) => String(first + i));
  const shown = inYear && !years.includes(inYear) ? [inYear, ...years] : years;
  const options = (values: readonly string[]) => [{ value: "", label: t("kiosk.stock.month_unknown") }, ...values.map((value) => ({ value, label: value }))];
  return (
    <div>
      <div class="stock-expiry">
        <Select label={t("kiosk.stock.month")} value={month} options={options(MONTHS)} onValue={(of) => onChange([of, inYear])} testid="stock-month" />
        <Select label={t("kiosk.stock.year")} value={inYear} options={options(shown)} onValue={(of) => onChange([month, of])} testid="stock-year" />
      </div>
      <p class={isWrong ? "warn" : "soft"} role={isWrong ? "alert" : undefined}>
        {t(isWrong ? "kiosk.stock.month_half" : "kiosk.stock.month_hint")}
      </p>
    </div>
  );
}

const partsOf = (expires: string | undefined): [month: string, inYear: string] => {
  const [inYear = "", month = ""] = expires?.split("-") ?? [];
  return [month, inYear];
};

const MONTHS = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));
/** From last year's boxes to those that keep for five years. */
const YEARS = 8;
