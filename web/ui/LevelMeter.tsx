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

/** Sets the level as the CSS property `--level` of an element, in steps, so that a steady voice draws nothing anew. */
export function useLevel<E extends HTMLElement>(
  level: ReadonlySignal<number> | undefined,
  also?: (element: E, value: number) => void,
) {
  const element = useRef<E>(null);
  const shown = useRef<number | null>(null);
  useSignalEffect(() => {
    const value = Math.round(Math.min(1, Math.max(0, level?.value ?? 0)) * STEPS) / STEPS;
    if (!element.current || value === shown.current) return;
    shown.current = value;
    element.current.style.setProperty("--level", String(value));
    also?.(element.current, value);
  });
  return element;
}

const STEPS = 20;
