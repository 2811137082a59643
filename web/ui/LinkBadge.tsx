//! A link in one word, with a sign that is not only a colour.

import { t } from "./i18n.ts";
import * as icon from "./icons.ts";
import { Icon } from "./Icon.tsx";
import { LINK_TONE, type LinkWord } from "./link.ts";

export function LinkBadge({ word }: { word: LinkWord }) {
  return (
    <span class={`badge ${LINK_TONE[word]}`} data-testid="link" data-link={word}>
      <Icon of={word === "lost" ? icon.linkOff : icon.link} /> {t(`common.link.${word}`)}
    </span>
  );
}
