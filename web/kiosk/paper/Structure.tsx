/** One of the two sides of an evacuation, on paper. */

import type { Place } from "../../protocol/messages.ts";

export function Structure({ label, of }: { label: string; of: Place | null }) {
  return (
    <div>
      <small>{label}</small>
      <strong>{of?.name}</strong>
      <span>{[...new Set([of?.district, of?.region])].filter(Boolean).join(" · ")}</span>
      <strong>{of?.phone}</strong>
    </div>
  );
}
