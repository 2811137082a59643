/** "Stock du poste": what the post has of each product, what is wrong with it, and the way to count it in two minutes. It works without a network. */

import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { ProductId } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { type Product, useFormulary } from "../../ui/formulary/products.ts";
import { found } from "../../ui/formulary/search.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { LockedPart } from "../LockedPart.tsx";
import { connection } from "../shell.ts";
import { isLocked, nurseHere } from "../staff.ts";
import { fetchStock, keepStock, stock } from "./book.ts";
import { alertsOf, countedProducts, isCountedNow, nextToCount } from "./count.ts";
import { counted } from "./counted.ts";
import { CountDialog } from "./CountDialog.tsx";
import { Round } from "./Round.tsx";
import { StockRow } from "./StockRow.tsx";

/** Which products are listed. */
type Shown = "all" | "todo" | "alerts";

/** `back` leads to the first screen. */
export function StockScreen({ back }: { back: VNode }) {
  const formulary = useFormulary();
  useEffect(() => {
    void stock.load().then(fetchStock);
    // This screen is never shown beside a voice.
    return keepStock(connection, signal(true));
  }, []);
  return (
    <main class="stock">
      <header>
        {back}
        <h1>{t("kiosk.stock.title")}</h1>
      </header>
      {formulary ? <Counting formulary={formulary} /> : <p>{t("common.loading")}</p>}
    </main>
  );
}

function Counting({ formulary }: { formulary: ReadonlyMap<ProductId, Product> }) {
  const [typed, setTyped] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  const [open, setOpen] = useState<ProductId | null>(null);
  const [isRound, setRound] = useState(false);
  const isKept = stock.isKept.value;
  const counts = counted.value;
  const now = wallNow();
  const products = countedProducts(formulary.values(), counts);
  const lists: Record<Shown, Product[]> = {
    all: products,
    todo: products.filter(({ id }) => !isCountedNow(counts.get(id), now)),
    alerts: products.filter(({ id, unit }) => alertsOf(counts.get(id), unit, now).length > 0),
  };
  const isSearched = typed.trim() !== "";
  const listed = isSearched ? found(formulary.values(), typed) : lists[shown];
  const product = open === null ? undefined : formulary.get(open);
  const next = product && nextToCount(products, product.id, counts, now);
  if (isRound)
    return (
      <>
        {!isKept && <NotKept />}
        <Round products={products} counts={counts} onEnd={() => setRound(false)} />
      </>
    );
  return (
    <>
      <Progress done={products.length - lists.todo.length} all={products.length} />
      {!isKept && <NotKept />}
      <Notes />
      <Button kind="primary" icon={icon.check} data-testid="stock-round-start" onClick={() => setRound(true)}>
        {t(lists.todo.length > 0 ? "kiosk.stock.start" : "kiosk.stock.again", { n: lists.todo.length || products.length })}
      </Button>
      <div class="stock-find">
        <Field label={t("kiosk.stock.search")} value={typed} onValue={setTyped} maxLength={80} data-testid="stock-search" />
        <Choices lists={lists} shown={isSearched ? null : shown} onShow={(of) => (setShown(of), setTyped(""))} />
      </div>
      {listed.length === 0 && <p data-testid="stock-none">{t(isSearched ? "kiosk.stock.none_found" : shown === "alerts" ? "kiosk.stock.no_alert" : "kiosk.stock.done")}</p>}
      <ul class="stock-list">
        {listed.map((one) => (
          <StockRow key={one.id} product={one} count={counts.get(one.id)} now={now} onOpen={() => setOpen(one.id)} />
        ))}
      </ul>
      {product && (
        <CountDialog
          key={product.id}
          product={product}
          before={counts.get(product.id)}
          hasNext={!!next}
          onClose={() => setOpen(null)}
          onNext={() => setOpen(next?.id ?? null)}
        />
      )}
    </>
  );
}

function NotKept() {
  return (
    <Banner tone="warn" icon={icon.alert} data-testid="stock-full">
      {t("kiosk.stock.full")}
    </Banner>
  );
}

function Progress({ done, all }: { done: number; all: number }) {
  return (
    <p class="stock-progress" data-testid="stock-progress">
      <progress max={all} value={done} aria-hidden="true" /> <strong>{t("kiosk.stock.progress", { n: done, all })}</strong>
    </p>
  );
}

/** Who counts, and what waits for the network. */
function Notes() {
  const [waiting, name] = [stock.waiting.value, nurseHere()];
  return (
    <>
      {waiting > 0 && (
        <Banner tone="info" icon={icon.data} data-testid="stock-waiting">
          {t("kiosk.stock.waiting", { n: waiting })}
        </Banner>
      )}
      {name && <p data-testid="stock-who">{t("kiosk.stock.you", { name })}</p>}
      {isLocked.value && <LockedPart text={t("kiosk.stock.who")} testid="stock-unlock" />}
    </>
  );
}

interface ChoicesProps {
  lists: Record<Shown, readonly Product[]>;
  /** Null while something is searched. */
  shown: Shown | null;
  onShow: (shown: Shown) => void;
}

function Choices({ lists, shown, onShow }: ChoicesProps) {
  return (
    <div class="actions" role="group" aria-label={t("kiosk.stock.show")}>
      {(["all", "todo", "alerts"] as const).map((of) => (
        <Button key={of} aria-pressed={of === shown} class={of === shown ? "pressed" : ""} data-testid={`stock-${of}`} onClick={() => onShow(of)}>
          {t(`kiosk.stock.${of}`, { n: lists[of].length })}
        </Button>
      ))}
    </div>
  );
}
