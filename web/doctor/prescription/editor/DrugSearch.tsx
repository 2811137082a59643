/** The field in which a drug is searched by its international name, and the way out for one that is not in the list. */

import { useRef, useState } from "preact/hooks";
import type { ProductId } from "../../../protocol/messages.ts";
import type { DraftDrug } from "../../../protocol/prescriptions.ts";
import { Button } from "../../../ui/Button.tsx";
import { Field } from "../../../ui/Field.tsx";
import { t } from "../../../ui/i18n.ts";
import type { Product } from "../../../ui/formulary/products.ts";
import { found } from "../../../ui/formulary/search.ts";
import type { AtPost } from "../at-post.ts";
import { LIMITS } from "../typed.ts";
import { StockBadge } from "./AtPost.tsx";

interface SearchProps {
  list: ReadonlyMap<ProductId, Product> | null;
  atPost: AtPost;
  onPick: (drug: DraftDrug, product?: Product) => void;
}

export function DrugSearch({ list, atPost, onPick }: SearchProps) {
  const [typed, setTyped] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const results = list ? found(list.values(), typed) : [];
  const text = typed.trim();
  const pick = (drug: DraftDrug, product?: Product) => {
    setTyped("");
    onPick(drug, product);
  };
  const other = () => pick({ other: text });
  /** Enter takes the first one, and the arrows go through the list. */
  const onKeyDown = (event: KeyboardEvent) => {
    const [first] = results;
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      if (first) pick({ listed: first.id }, first);
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const stops = [...(box.current?.querySelectorAll<HTMLElement>("input, button") ?? [])];
    stops[stops.indexOf(event.target as HTMLElement) + step]?.focus();
  };
  return (
    <div class="rx-find" ref={box} onKeyDown={onKeyDown}>
      <Field
        label={t("doctor.rx.search")}
        hint={t(list ? "doctor.rx.search_hint" : "common.loading")}
        value={typed}
        onValue={setTyped}
        maxLength={LIMITS.drug}
        data-testid="rx-search"
      />
      <p class="unseen" role="status">
        {text && list && t("doctor.rx.found", { n: results.length })}
      </p>
      <ul class="rx-results">
        {results.map((product) => (
          <Result key={product.id} product={product} atPost={atPost} onPick={() => pick({ listed: product.id }, product)} />
        ))}
      </ul>
      {text && list && results.length === 0 && <p class="small">{t("doctor.rx.none_found")}</p>}
      <Button kind="bare" class="rx-other" data-testid="rx-other" onClick={other}>
        {text ? t("doctor.rx.other_named", { name: text }) : t("doctor.rx.other")}
      </Button>
    </div>
  );
}

function Result({ product, atPost, onPick }: { product: Product; atPost: AtPost; onPick: () => void }) {
  const { id, inn, strength, form } = product;
  return (
    <li>
      <button type="button" class="button rx-result" data-testid="rx-result" data-product={id} onClick={onPick}>
        <span>
          <strong>{inn}</strong> {strength}
        </span>
        <span class="small soft">{form}</span>
        <StockBadge product={product} atPost={atPost} />
      </button>
    </li>
  );
}
