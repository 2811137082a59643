/**
 * Lies over a slow picture: a touch asks for the part around that place, which then has all pixels to itself, until
 * it is released. With a keyboard the part begins in the middle and is moved with the arrows.
 */

import { useState } from "preact/hooks";
import type { Picture } from "../../client/index.ts";
import { isSame, type Region, regionAt } from "../../client/pictures/region.ts";
import { learn, t } from "../../ui/i18n.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?closer";
import styles from "./closer.css?later";
import { MIDDLE, moved, placeIn } from "./place.ts";

learn(french);

/** The component, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return CloserLook;
}

function CloserLook({ picture }: { picture: Picture }) {
  const shown = picture.region.value;
  const [wanted, setWanted] = useState<Region | null>(null);
  const look = (region: Region | null) => {
    setWanted(region);
    picture.look(region);
  };
  const touched = (event: MouseEvent) => {
    // A click without a pointer comes from the keyboard.
    const at = event.detail ? placeIn(picture.canvas, event) : MIDDLE;
    if (at) look(regionAt(at, shown));
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && wanted) look(null);
    const next = moved(wanted, event.key);
    if (!next) return;
    event.preventDefault();
    look(next);
  };
  return (
    <>
      <button type="button" class="closer" aria-label={t("doctor.closer.here")} title={t("doctor.closer.here")} aria-pressed={shown !== null} data-testid="closer-look" onClick={touched} onKeyDown={pressed} />
      {(shown || wanted) && (
        <button type="button" class="closer-back" data-testid="closer-back" data-state={isSame(shown, wanted) ? "shown" : "asked"} onClick={() => look(null)}>
          {t(isSame(shown, wanted) || !wanted ? "doctor.closer.back" : "doctor.closer.asked")}
        </button>
      )}
    </>
  );
}
