/** The month that is printed on the box that expires first. */

import { wallNow } from "../../client/platform/wall-clock.ts";
import { year } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import { Select } from "../../ui/Select.tsx";

/** A month and a year as the fields have them; each is empty until it is chosen. */
export type MonthParts = [month: string, inYear: string];

interface ExpiryProps {
  month: string;
  inYear: string;
  isWrong: boolean;
  onChange: (parts: MonthParts) => void;
}

export function Expiry({ month, inYear, isWrong, onChange }: ExpiryProps) {
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

/** The parts of a month such as "2028-02". */
export const partsOf = (expires: string | undefined): MonthParts => {
  const [inYear = "", month = ""] = expires?.split("-") ?? [];
  return [month, inYear];
};

/** True if one of them is chosen without the other. */
export const isHalf = ([month, inYear]: MonthParts): boolean => (month === "") !== (inYear === "");

/** The month such as "2028-02"; none if it is not chosen whole. */
export const monthOf = ([month, inYear]: MonthParts): string | undefined => (month && inYear ? `${inYear}-${month}` : undefined);

const MONTHS = Array.from({ length: 12 }, (_, i) => String(i + 1).padStart(2, "0"));
/** From last year's boxes to those that keep for five years. */
const YEARS = 8;
