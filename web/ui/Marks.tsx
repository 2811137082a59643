/** The circles and arrows on a photo, in the same places on every screen. */

import type { Mark, MarkShape } from "../protocol/messages.ts";
import { PHOTO_MARKS } from "../protocol/messages.ts";

interface MarksProps {
  width: number;
  height: number;
  marks: Mark[];
}

export function Marks({ width, height, marks }: MarksProps) {
  const place = ([x, y]: [number, number]) =>
    [(x * width) / PHOTO_MARKS.place, (y * height) / PHOTO_MARKS.place] as const;
  const line = Math.max(width, height) / 150;
  return (
    <svg class="marks" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {marks.map(({ shape, from, to }, i) => {
        const drawn = shape === "circle" ? circle(place(from), place(to)) : arrow(place(from), place(to), line * 6);
        return (
          <g key={i} data-testid="mark" data-shape={shape} fill="none" stroke-linecap="round">
            <path d={drawn} stroke="#fff" stroke-width={line * 2} />
            <path d={drawn} stroke="#d3122e" stroke-width={line} />
          </g>
        );
      })}
    </svg>
  );
}

type Place = readonly [number, number];

function circle([x1, y1]: Place, [x2, y2]: Place): string {
  const [rx, ry] = [Math.abs(x2 - x1) / 2, Math.abs(y2 - y1) / 2];
  const [left, middle] = [Math.min(x1, x2), (y1 + y2) / 2];
  return `M${left} ${middle}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;
}

function arrow([x1, y1]: Place, [x2, y2]: Place, head: number): string {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const barb = (turn: number) =>
    `M${x2} ${y2}l${-head * Math.cos(angle + turn)} ${-head * Math.sin(angle + turn)}`;
  return `M${x1} ${y1}L${x2} ${y2}${barb(0.5)}${barb(-0.5)}`;
}

/** A mark from two points on a box; null if they are too near each other to mean anything. */
export function markFrom(shape: MarkShape, box: DOMRect, a: Place, b: Place): Mark | null {
  if (Math.hypot(a[0] - b[0], a[1] - b[1]) < LEAST_PX) return null;
  const within = (at: number, size: number) =>
    Math.round(Math.min(1, Math.max(0, at / size)) * PHOTO_MARKS.place);
  const place = ([x, y]: Place): [number, number] => [
    within(x - box.left, box.width),
    within(y - box.top, box.height),
  ];
  return { shape, from: place(a), to: place(b) };
}

const LEAST_PX = 8;
