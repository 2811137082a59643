/** The nearest structures that can do what is needed: how far they are, how to telephone them, and in which order they are asked. */

import { useEffect, useState } from "preact/hooks";
import type { NearStructure } from "../../../protocol/api.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { Button } from "../../../ui/Button.tsx";
import { dayOfMonth, year } from "../../../ui/dates.ts";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { Icon } from "../../../ui/Icon.tsx";
import { Road } from "./Road.tsx";
import { earlier, first, last, MOST, stillProposed, without } from "./order.ts";
import type { Found } from "./structures.ts";

interface StructuresProps {
  found: Found;
  order: readonly string[];
  onOrder: (make: (before: readonly string[]) => string[]) => void;
}

export function Structures({ found, order, onOrder }: StructuresProps) {
  const { structures, isAsking, fault, again } = found;
  const [all, setAll] = useState(false);
  useEffect(() => {
    if (!structures || isAsking) return;
    const ids = structures.map(({ place }) => place.id);
    if (stillProposed(order, ids).length !== order.length) onOrder((before) => stillProposed(before, ids));
  }, [structures, isAsking]);
  const shown = (structures ?? []).slice(0, all ? MOST : SHOWN);
  const farthest = Math.max(1, ...shown.map(({ km }) => km ?? 0));
  const ids = shown.map(({ place }) => place.id);
  return (
    <section class="ev-structures" aria-labelledby="ev-structures-title" aria-busy={isAsking}>
      <h3 id="ev-structures-title">{t("doctor.ev.structures")}</h3>
      {fault && (
        <Banner
          tone="warn"
          icon={icon.linkOff}
          actions={<Button data-testid="ev-structures-again" onClick={again}>{t("common.retry")}</Button>}
          data-testid="ev-structures-fault"
        >
          {fault}
        </Banner>
      )}
      {!structures && !fault && <p role="status">{t("common.loading")}</p>}
      {structures?.length === 0 && !isAsking && (
        <Banner tone="warn" icon={icon.alert} data-testid="ev-none">
          {t("doctor.ev.none")}
        </Banner>
      )}
      {shown.length > 0 && <p class="small soft">{t(order.length ? "doctor.ev.order_more" : "doctor.ev.choose_more")}</p>}
      <ol class={isAsking ? "ev-list old" : "ev-list"} aria-live="polite">
        {shown.map((structure) => (
          <Row
            key={structure.place.id}
            structure={structure}
            farthest={farthest}
            order={order}
            onOrder={onOrder}
            shown={ids}
          />
        ))}
      </ol>
      {!all && (structures?.length ?? 0) > SHOWN && (
        <Button kind="bare" data-testid="ev-more" onClick={() => setAll(true)}>
          {t("doctor.ev.more")}
        </Button>
      )}
    </section>
  );
}

interface RowProps extends Omit<StructuresProps, "found"> {
  structure: NearStructure;
  /** The distance that fills the drawing, km. */
  farthest: number;
  /** The identifiers of the structures on the screen, the nearest first. */
  shown: readonly string[];
}

function Row({ structure, farthest, order, onOrder, shown }: RowProps) {
  const { place, km, minutes, hours } = structure;
  const rank = order.indexOf(place.id);
  return (
    <li class={rank === 0 ? "chosen" : ""} data-testid="ev-structure" data-id={place.id} data-rank={rank + 1}>
      <p class="ev-name">
        <strong dir="auto">{place.name}</strong>
        {rank >= 0 && <span class="ev-rank">{t(rank === 0 ? "doctor.ev.first" : "doctor.ev.nth", { n: rank + 1 })}</span>}
      </p>
      <Road km={km} farthest={farthest} isExact={structure.position === "exact"} isChosen={rank === 0} />
      <p class="ev-far digits">
        <strong>{km === null ? t("doctor.ev.far_unknown") : t("doctor.ev.km", { km: Math.max(1, Math.round(km)) })}</strong>
        {minutes !== null && ` · ${t("doctor.ev.minutes", { n: minutes })}`}
      </p>
      <p class="small soft">{factsOf(structure).join(" · ")}</p>
      {hours === "day" && (
        <p class="small warn" data-testid="ev-day-only">
          <Icon of={icon.clock} /> <strong>{t("doctor.ev.day_only")}</strong>
        </p>
      )}
      <div class="actions">
        {rank !== 0 && (
          <Button data-testid="ev-structure-choose" onClick={() => onOrder((before) => first(before, place.id, shown))}>
            {t("doctor.ev.choose")}
          </Button>
        )}
        {rank > 1 && (
          <Button kind="bare" data-testid="ev-structure-earlier" onClick={() => onOrder((before) => earlier(before, place.id))}>
            {t("doctor.ev.earlier")}
          </Button>
        )}
        {rank > 0 && (
          <Button kind="bare" data-testid="ev-structure-drop" onClick={() => onOrder((before) => without(before, place.id))}>
            {t("doctor.ev.drop")}
          </Button>
        )}
        {rank < 0 && order.length > 0 && order.length < MOST && (
          <Button kind="bare" data-testid="ev-structure-add" onClick={() => onOrder((before) => last(before, place.id))}>
            {t("doctor.ev.add")}
          </Button>
        )}
        {place.phone && (
          <a class="button bare" href={`tel:${place.phone.replaceAll(" ", "")}`} data-testid="ev-structure-phone">
            <Icon of={icon.phone} />
            {place.phone}
          </a>
        )}
      </div>
    </li>
  );
}

/** What the structure is, and what these facts are worth. */
function factsOf({ level, place, position, data_at, demo }: NearStructure): string[] {
  return [
    t(`doctor.ev.level.${level}`),
    place.district,
    t(`doctor.ev.position.${position}`),
    data_at === null ? t("doctor.ev.data_unknown") : t("doctor.ev.data_at", { date: dayOf(data_at) }),
    ...(demo ? [t("doctor.ev.demo")] : []),
  ];
}

/** The day of the data, with its year, because it may be old. */
const dayOf = (at: number) => `${dayOfMonth(at)} ${year(at)}`;

const SHOWN = 3;
