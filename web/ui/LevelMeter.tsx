/** A meter for a sound level from 0 to 1. The level is set in CSS, without rendering the page again. */

import { useRef } from "preact/hooks";
import { useSignalEffect, type ReadonlySignal } from "@preact/signals";

export function LevelMeter({ level, label }: { level: ReadonlySignal<number>; label: string }) {
  const meter = useLevel<HTMLDivElement>(level, (element, value) =>
    element.setAttribute("aria-valuenow", String(Math.round(value * 100))),
  );
  return (
    <div
      ref={meter}
      class="level"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    >
      <span />
    </div>
  );
}

/** Sets the level as the CSS property `--level` of an element. */
export function useLevel<E extends HTMLElement>(
  level: ReadonlySignal<number> | undefined,
  also?: (element: E, value: number) => void,
) {
  const element = useRef<E>(null);
  useSignalEffect(() => {
    const value = Math.min(1, Math.max(0, level?.value ?? 0));
    element.current?.style.setProperty("--level", value.toFixed(2));
    if (element.current) also?.(element.current, value);
  });
  return element;
}
