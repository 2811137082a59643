/** A QR code as paper shows it. */

import type { Bitmap2D } from "lean-qr";
import { pathOf, QUIET } from "./qr.ts";

interface CodeProps {
  of: Bitmap2D;
  /** The width of the code alone, in millimetres, if it is prescribed; the white border comes on top of it. */
  width_mm?: number;
  "data-testid"?: string;
}

export function Code({ of, width_mm, ...rest }: CodeProps) {
  const whole = of.size + 2 * QUIET;
  const side = width_mm && { width: mm((width_mm * whole) / of.size), height: mm((width_mm * whole) / of.size) };
  return (
    <svg viewBox={`${-QUIET} ${-QUIET} ${whole} ${whole}`} aria-hidden="true" {...side} {...rest}>
      <path d={pathOf(of)} />
    </svg>
  );
}

const mm = (length: number): string => `${length.toFixed(3)}mm`;
