/** The quality of a link in one word, with a sign that is not only a colour. */

import type { Connection } from "../client/signalling/connection.ts";
import { t } from "./i18n.ts";
import * as icon from "./icons.ts";
import { Icon } from "./Icon.tsx";
import { LINK_TONE, type LinkWord } from "./link-quality.ts";

/** The page's own link, with the state of its connection. */
export const OwnLink = ({ connection, word }: { connection: Connection; word: LinkWord }) => (
  <span data-testid="connection" data-state={connection.state.value.at}>
    <LinkBadge word={word} />
  </span>
);

export function LinkBadge({ word }: { word: LinkWord }) {
  return (
    <span class={`badge ${LINK_TONE[word]}`} data-testid="link" data-link={word}>
      <Icon of={word === "lost" ? icon.linkOff : icon.link} /> {t(`common.link.${word}`)}
    </span>
  );
}
