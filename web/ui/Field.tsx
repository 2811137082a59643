/**
 * A labelled field for a text, a number or several lines. A fault is told in words beside it, and read by screen
 * readers.
 */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import * as icon from "./icons.ts";
import { Icon } from "./Icon.tsx";

type FieldProps = {
  label: string;
  value: string;
  onValue: (value: string) => void;
  unit?: string;
  hint?: string;
  /** A sentence about a wrong or dangerous value; null if there is none. */
  fault?: string | null;
  /** The number of lines; without it there is one. */
  rows?: number;
} & Pick<
  JSX.IntrinsicElements["input"],
  | "type"
  | "inputMode"
  | "autoComplete"
  | "autoFocus"
  | "maxLength"
  | "placeholder"
  | "required"
  | "disabled"
  | "name"
> & { "data-testid"?: string };

export function Field({ label, value, onValue, unit, hint, fault, rows, ...rest }: FieldProps) {
  const id = useId();
  const shared = {
    // A browser writes what is typed into other fields to its session file, in clear text.
    autoComplete: "off",
    ...rest,
    id,
    value,
    "aria-invalid": fault ? true : undefined,
    "aria-describedby": hint || fault ? `${id}-more` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => onValue(event.currentTarget.value),
  };
  return (
    <div class={fault ? "field wrong" : "field"}>
      <label for={id}>
        {label} {unit && <span class="unit">({unit})</span>}
      </label>
      {rows ? <textarea {...(shared as object)} rows={rows} /> : <input {...(shared as object)} />}
      <div id={`${id}-more`} aria-live="polite">
        {fault ? <Fault text={fault} /> : hint && <p class="hint">{hint}</p>}
      </div>
    </div>
  );
}

export function Fault({ text }: { text: string }) {
  return (
    <p class="fault">
      <Icon of={icon.alert} /> {text}
    </p>
  );
}
