/** Where in a picture somebody points. Pure. */

import type { Region } from "../../client/pictures/region.ts";

/** The middle of a picture. */
export const MIDDLE: Region = { x: 0.5, y: 0.5 };

/** A canvas that is fitted into its box as a whole (`object-fit: contain`). */
interface Fitted {
  readonly width: number;
  readonly height: number;
  getBoundingClientRect(): { left: number; top: number; width: number; height: number };
}

/** The place of a pointer in the picture, in shares from 0 to 1; null beside it. */
export function placeIn(canvas: Fitted, { clientX, clientY }: { clientX: number; clientY: number }): Region | null {
  const box = canvas.getBoundingClientRect();
  const scale = Math.min(box.width / canvas.width, box.height / canvas.height);
  const x = 0.5 + (clientX - box.left - box.width / 2) / (canvas.width * scale);
  const y = 0.5 + (clientY - box.top - box.height / 2) / (canvas.height * scale);
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : null;
}

/** The part after an arrow key; null for any other key, or if no part is shown. */
export function moved(region: Region | null, key: string): Region | null {
  const way = ARROWS[key];
  if (!region || !way) return null;
  const within = (share: number) => Math.min(0.75, Math.max(0.25, share));
  return { x: within(region.x + way[0] * STEP), y: within(region.y + way[1] * STEP) };
}

const ARROWS: { readonly [key: string]: readonly [number, number] } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const STEP = 0.125;
