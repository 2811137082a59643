/** One drug of a prescription as it is typed, with the help for its dose and the questions about it. */

import { useEffect, useRef } from "preact/hooks";
import type { ProductId } from "../../../protocol/messages.ts";
import { Button } from "../../../ui/Button.tsx";
import { Field } from "../../../ui/Field.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import type { AtPost } from "../at-post.ts";
import { helpFor, type Patient } from "../dose-help.ts";
import type { Product } from "../../../ui/formulary/products.ts";
import { faultsOf, type Faults, LIMITS, type LineField, type TypedLine, usualDoses, usualPerDay, worded } from "../typed.ts";
import { unitWord } from "../words.ts";
import { Alternatives, StockBadge } from "./AtPost.tsx";
import { Help } from "./Help.tsx";

interface LineProps {
  line: TypedLine;
  /** Its number on the paper, counted from 1. */
  place: number;
  product: Product | undefined;
  patient: Patient;
  /** All products, for what could be taken in place of this one. */
  list: ReadonlyMap<ProductId, Product> | null;
  atPost: AtPost;
  /** True once a signature was tried: what is missing is told. */
  isTried: boolean;
  /** True for the line that was added last, in which the next thing is typed. */
  isNew: boolean;
  onChange: (part: Partial<TypedLine>) => void;
  onRemove: () => void;
  /** Takes another product in place of this one. */
  onTake: (product: Product) => void;
  children?: preact.ComponentChildren;
}

export function Line({ line, place, product, patient, list, atPost, isTried, isNew, onChange, onRemove, onTake, children }: LineProps) {
  const box = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isNew) box.current?.querySelector("input")?.focus();
  }, []);
  const { drug, directions } = worded(line, product);
  const faults = faultsOf(line);
  const fault = (field: LineField) => faultText(faults, field, isTried);
  return (
    <li class="rx-line" ref={box} data-testid="rx-line" data-product={product?.id}>
      <div class="rx-name">
        <h3>
          {place}. {drug || t("doctor.rx.other")}
        </h3>
        <Button kind="bare" icon={icon.close} aria-label={t("doctor.rx.remove", { drug })} data-testid="rx-remove" onClick={onRemove} />
      </div>
      {product && <StockBadge product={product} atPost={atPost} />}
      {product && <Alternatives product={product} list={list} atPost={atPost} onTake={onTake} />}
      {line.before && <p class="small soft">{t("doctor.rx.before", { words: line.before })}</p>}
      {"other" in line.drug && (
        <Field
          label={t("doctor.rx.name")}
          hint={t("doctor.rx.name_hint")}
          value={line.drug.other}
          onValue={(other) => onChange({ drug: { other } })}
          maxLength={LIMITS.drug}
          fault={fault("drug")}
          data-testid="rx-name"
        />
      )}
      <div class="rx-fields">
        {product && <Dose line={line} product={product} fault={fault("dose")} onChange={onChange} />}
        <PerDay line={line} product={product} fault={fault("perDay")} onChange={onChange} />
        <Field
          label={t("doctor.rx.days")}
          value={line.days}
          onValue={(days) => onChange({ days })}
          inputMode="numeric"
          maxLength={6}
          fault={fault("days")}
          {...(product?.days_max && { hint: t("doctor.rx.days_usual", { n: product.days_max }) })}
          data-testid="rx-days"
        />
      </div>
      <Field
        label={t("other" in line.drug ? "doctor.rx.directions_other" : "doctor.rx.directions")}
        value={line.directions}
        onValue={(typed) => onChange({ directions: typed })}
        maxLength={LIMITS.directions}
        fault={fault("directions")}
        data-testid="rx-directions"
      />
      {product && <Help help={helpFor(product, patient)} line={line} product={product} />}
      {directions && <p class="small soft rx-reads">{t("doctor.rx.reads", { words: directions })}</p>}
      {children}
    </li>
  );
}

interface PartProps extends Pick<LineProps, "line" | "onChange"> {
  fault: string | null;
}

function Dose({ line, product, fault, onChange }: PartProps & { product: Product }) {
  return (
    <div class="rx-field">
      <Field
        label={t("doctor.rx.dose")}
        unit={unitWord(product.unit)}
        value={line.dose}
        onValue={(dose) => onChange({ dose })}
        inputMode="decimal"
        maxLength={10}
        fault={fault}
        data-testid="rx-dose"
      />
      <Chips label={t("doctor.rx.dose")} values={usualDoses(product)} value={line.dose} onPick={(dose) => onChange({ dose })} />
    </div>
  );
}

function PerDay({ line, product, fault, onChange }: PartProps & { product: Product | undefined }) {
  return (
    <div class="rx-field">
      <Field
        label={t("doctor.rx.per_day")}
        value={line.perDay}
        onValue={(perDay) => onChange({ perDay })}
        inputMode="numeric"
        maxLength={6}
        fault={fault}
        data-testid="rx-per-day"
      />
      {product && (
        <Chips
          label={t("doctor.rx.per_day")}
          values={usualPerDay(product).map(String)}
          value={line.perDay}
          onPick={(perDay) => onChange({ perDay })}
        />
      )}
    </div>
  );
}

interface ChipsProps {
  label: string;
  values: readonly string[];
  value: string;
  onPick: (value: string) => void;
}

/** Usual values, each one tap. */
function Chips({ label, values, value, onPick }: ChipsProps) {
  if (values.length < 2) return null;
  return (
    <div class="rx-chips" role="group" aria-label={label}>
      {values.map((one) => (
        <Button key={one} aria-pressed={one === value.trim()} onClick={() => onPick(one)}>
          {one}
        </Button>
      ))}
    </div>
  );
}

/** What is impossible is told at once, and what is missing once somebody wants to sign. */
function faultText(faults: Faults, field: LineField, isTried: boolean): string | null {
  const fault = faults[field];
  if (fault === "impossible") return t(`doctor.rx.impossible.${field === "perDay" ? "per_day" : field === "days" ? "days" : "dose"}`);
  if (fault === "missing" && isTried) return t(`doctor.rx.missing.${field === "perDay" ? "per_day" : field}`);
  return null;
}
