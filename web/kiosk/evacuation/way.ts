/** How far a structure is, as far as the tablet knows. */

import type { NearStructure } from "../../protocol/api.ts";
import { t } from "../../ui/i18n.ts";
import { duration } from "../nearest/duration.ts";
import { nearest } from "../nearest/list.ts";

/** How far the structure is: the distance, and the time on the road if it is known; empty if the tablet knows neither. */
export function wayTo(id: string): string {
  const near = nearest.list.value?.structures.find(({ place }) => place.id === id);
  return near ? wayOf(near) : "";
}

/** The same for one of the structures near the post. */
export function wayOf({ km, minutes }: Pick<NearStructure, "km" | "minutes">): string {
  const parts = [km !== null && t("kiosk.evac.km", { km: Math.max(1, Math.round(km)) }), minutes !== null && t("kiosk.evac.minutes", { time: duration(minutes) })];
  return parts.filter(Boolean).join(" · ");
}
