/**
 * Lies over a slow picture: a touch asks for the part around that place, which then has all pixels to itself, until
 * it is released. With a keyboard the part begins in the middle and is moved with the arrows.
 */

import { useRef } from "preact/hooks";
import type { Picture } from "../../client/index.ts";
import { isSame, regionAt } from "../../client/pictures/region.ts";
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
  const wished = picture.wished.value;
  const isAwaited = wished !== null && !isSame(shown, wished);
  const whole = useRef<HTMLButtonElement>(null);
  const touched = (event: MouseEvent) => {
    // A click without a pointer comes from the keyboard.
    const at = event.detail ? placeIn(picture.canvas, event) : MIDDLE;
    if (at) picture.look(regionAt(at, shown));
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && (wished || shown)) picture.look(null);
    const next = moved(wished ?? shown, event.key);
    if (!next) return;
    event.preventDefault();
    picture.look(next);
  };
  const back = () => {
    picture.look(null);
    // The button that had the focus goes away.
    whole.current?.focus();
  };
  return (
    <>
      <button type="button" ref={whole} class="closer" aria-label={t("doctor.closer.here")} title={t("doctor.closer.here")} aria-pressed={shown !== null} data-testid="closer-look" onClick={touched} onKeyDown={pressed} />
      {(shown || wished) && (
        <button type="button" class="closer-back" data-testid="closer-back" data-state={isAwaited ? "asked" : "shown"} onClick={back}>
          {t(isAwaited ? "doctor.closer.asked" : "doctor.closer.back")}
        </button>
      )}
    </>
  );
}
