/** A choice of one option among a few, as large radio buttons. */

import { useId } from "preact/hooks";
import { Fault } from "./Field.tsx";

type ChoiceProps<T extends string> = {
  label: string;
  options: readonly { value: T; label: string; danger?: boolean }[];
  value: T | null;
  onValue: (value: T) => void;
  fault?: string | null;
  /** The prefix of the options' test ids, such as `field-bleeding` in `field-bleeding-heavy`. */
  testid?: string;
};

export function Choice<T extends string>({ label, options, value, onValue, fault, testid }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <div>
        {options.map((option) => (
          <label key={option.value} class={option.danger ? "wrong" : ""}>
            <input
              autoComplete="off"
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onValue(option.value)}
              data-testid={testid && `${testid}-${option.value}`}
            />
            {option.label}
          </label>
        ))}
      </div>
      <div class="field" aria-live="polite">
        {fault && <Fault text={fault} />}
      </div>
    </fieldset>
  );
}
