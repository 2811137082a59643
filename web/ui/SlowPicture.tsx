/** A member's slow picture in the place of their camera, with its age if that matters. */

import { useEffect, useRef } from "preact/hooks";
import { now, type Picture, seconds } from "../client/index.ts";
import { t } from "./i18n.ts";

export function SlowPicture({ picture, name }: { picture: Picture; name: string }) {
  const frame = useRef<HTMLSpanElement>(null);
  useEffect(() => frame.current?.replaceChildren(picture.canvas), [picture]);
  const age_ms = (seconds.value, now()) - picture.takenAt.value;
  return (
    <>
      <span ref={frame} class="slow" role="img" aria-label={name} data-testid="slow-picture" />
      {age_ms > OLD_MS && (
        <span class="age digits" data-testid="picture-age">
          {t("common.picture_ago", { n: Math.round(age_ms / 1000) })}
        </span>
      )}
    </>
  );
}

/** A younger picture is shown without its age. */
const OLD_MS = 2000;
