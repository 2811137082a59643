/** One structure near the post: what it is, what it can do, how far it may be, and what these facts are worth. */

import type { NearStructure } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { dayOfYear } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import { Telephone } from "../Telephone.tsx";
import { duration } from "./duration.ts";

export function Structure({ of, onCorrect }: { of: NearStructure; onCorrect: () => void }) {
  const { place, level, capabilities, hours, data_at, ...way } = of;
  return (
    <li data-testid="nearest-structure" data-level={level} data-position={way.position}>
      <span class="who">
        <strong>{place.name}</strong>
        <span>
          {t(`kiosk.nearest.level.${level}`)} · {t(`kiosk.nearest.hours.${hours}`)}
        </span>
        <span>{distance(way)}</span>
        {way.position !== "exact" && <span class="soft">{t(`kiosk.nearest.position.${way.position}`)}</span>}
        {capabilities.length > 0 && (
          <ul class="can" data-testid="nearest-can">
            {capabilities.map((one) => (
              <li key={one}>{t(`kiosk.nearest.can.${one}`)}</li>
            ))}
          </ul>
        )}
        <span class="soft">
          {data_at === null ? t("kiosk.nearest.undated") : t("kiosk.nearest.dated", { date: dayOfYear(data_at) })}
        </span>
      </span>
      <Telephone number={place.phone} />
      <Button kind="bare" class="correct" data-testid="nearest-correct" onClick={onCorrect}>
        {t("kiosk.nearest.correct")}
      </Button>
    </li>
  );
}

/** The straight line, and an estimate of the way by road. */
function distance({ km, minutes }: Pick<NearStructure, "km" | "minutes">): string {
  if (km === null) return t("kiosk.nearest.nowhere");
  const line = t("kiosk.nearest.km", { km: Math.max(1, Math.round(km)) });
  return minutes === null ? line : `${line} · ${t("kiosk.nearest.road", { time: duration(minutes) })}`;
}
