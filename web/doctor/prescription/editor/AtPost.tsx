/** What the post has of a product, beside it, and one tap to what is there in its place. It keeps nobody from prescribing anything. */

import { wallNow } from "../../../client/platform/wall-clock.ts";
import type { ProductId } from "../../../protocol/messages.ts";
import type { StockLine } from "../../../protocol/prescriptions.ts";
import { Button } from "../../../ui/Button.tsx";
import type { Product } from "../../../ui/formulary/products.ts";
import { daysSince, isCountedInUnits, shelfOf, stockStateOf } from "../../../ui/formulary/stock.ts";
import { t } from "../../../ui/i18n.ts";
import { alternativesTo, type AtPost } from "../at-post.ts";
import { labelOf, quantityWord } from "../words.ts";

/** One line beside a product; nothing if nobody expects it at a post, and nobody has counted it. */
export function StockBadge({ product, atPost }: { product: Product; atPost: AtPost }) {
  const count = atPost?.get(product.id);
  if (!count) return product.stock ? <span class="small soft" data-testid="rx-stock" data-state="unknown">{t(atPost ? "doctor.rx.at_post.never" : "doctor.rx.stock")}</span> : null;
  const state = stockStateOf(count, product.unit, wallNow());
  return (
    <span class={`small rx-stock ${TONE[state]}`} data-testid="rx-stock" data-state={state}>
      {wordsOf(count, product)}
    </span>
  );
}

/** Only what has expired is red: an empty shelf harms nobody. */
const TONE = { there: "good", few: "warn", out: "warn", old: "soft", expired: "bad" } as const;

function wordsOf(count: StockLine, { unit }: Product): string {
  const now = wallNow();
  const shelf = shelfOf(count, unit);
  const [state, days] = [stockStateOf(count, unit, now), daysSince(count.counted_at, now)];
  const age = days === 0 ? t("doctor.rx.at_post.today") : t("doctor.rx.at_post.days", { n: days });
  if (state === "expired") return t("doctor.rx.at_post.expired");
  if (state === "old") return t("doctor.rx.at_post.old", { age });
  if (state === "out") return t("doctor.rx.at_post.out", { age });
  const quantity = isCountedInUnits(unit) ? `${shelf}\u00a0${quantityWord(shelf, unit)}` : t("doctor.rx.at_post.containers", { n: count.quantity });
  const there = t(`doctor.rx.at_post.${state}`, { quantity, age });
  if (count.prescribed_since === 0) return there;
  const since = `${count.prescribed_since}\u00a0${quantityWord(count.prescribed_since, unit)}`;
  return `${there} · ${t("doctor.rx.at_post.prescribed", { quantity: since })}`;
}

interface AlternativesProps {
  product: Product;
  list: ReadonlyMap<ProductId, Product> | null;
  atPost: AtPost;
  onTake: (product: Product) => void;
}

/** What is there in place of a product that is not. */
export function Alternatives({ product, list, atPost, onTake }: AlternativesProps) {
  const others = list ? alternativesTo(product, list.values(), atPost, wallNow()) : [];
  if (others.length === 0) return null;
  return (
    <div class="rx-alternatives" role="group" aria-label={t("doctor.rx.at_post.instead")}>
      <p class="small">{t("doctor.rx.at_post.instead")}</p>
      {others.map((other) => (
        <Button key={other.id} data-testid="rx-alternative" onClick={() => onTake(other)}>
          <span>
            {labelOf(other)}{" "}
            <span class="small soft">{t(other.inn === product.inn ? "doctor.rx.at_post.same" : "doctor.rx.at_post.alike")}</span>{" "}
            <StockBadge product={other} atPost={atPost} />
          </span>
        </Button>
      ))}
    </div>
  );
}
