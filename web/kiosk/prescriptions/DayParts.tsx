/** A picture of how the doses of a drug spread over the day, for directions that say so in a plain number. */

import { t } from "../../ui/i18n.ts";
import { Icon } from "../../ui/Icon.tsx";
import { type Part, PARTS, partsOf } from "./day.ts";

export function DayParts({ directions }: { directions: string }) {
  const taken = partsOf(directions);
  if (!taken) return null;
  return (
    <p class="rx-day" role="img" aria-label={taken.map((part) => t(`kiosk.rx.${part}`)).join(", ")}>
      {PARTS.map((part) => (
        <span key={part} class={taken.includes(part) ? "taken" : ""}>
          <Icon of={DRAWING[part]} />
          <small>{t(`kiosk.rx.${part}`)}</small>
        </span>
      ))}
    </p>
  );
}

/** A sun that rises, one that stands high, one that sets, and the moon, on the grid of `ui/icons.ts`. */
const DRAWING: Record<Part, string> = {
  morning: "M2 18h20M6 18a6 6 0 0112 0M12 9V3M9 6l3-3 3 3",
  noon: "M12 17a5 5 0 100-10 5 5 0 000 10M12 1v2M12 21v2M1 12h2M21 12h2M4 4l2 2M18 18l2 2M4 20l2-2M18 6l2-2",
  evening: "M2 18h20M6 18a6 6 0 0112 0M12 3v6M9 6l3 3 3-3",
  night: "M20 14A8 8 0 1110 4a7 7 0 0010 10",
};
