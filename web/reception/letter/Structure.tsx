/** A structure with its district and its telephone, and the button that telephones the post. */

import type { Place } from "../../protocol/messages.ts";
import { ButtonLink } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";

export function Structure({ place }: { place: Place }) {
  return (
    <>
      <strong dir="auto">{place.name}</strong>
      <br />
      {place.district}
      {place.phone && (
        <>
          {" · "}
          <a href={telephone(place)}>{place.phone}</a>
        </>
      )}
    </>
  );
}

const telephone = ({ phone }: Place): string => `tel:${phone.replaceAll(" ", "")}`;

/** The link that telephones the post. */
export const CallPost = ({ post }: { post: Place }) =>
  post.phone ? (
    <ButtonLink icon={icon.phone} href={telephone(post)} data-testid="rc-call-post">
      {t("reception.call_post")}
    </ButtonLink>
  ) : null;
