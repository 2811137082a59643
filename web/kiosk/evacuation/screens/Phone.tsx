/** The telephone of a structure, as large as it is needed in an emergency. */

import type { Place } from "../../../protocol/messages.ts";
import { ButtonLink } from "../../../ui/Button.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";

interface PhoneProps {
  of: Place;
  /** True if to telephone is what is to be done now. */
  isNext?: boolean;
  /** True if the name of the structure is not beside it. */
  named?: boolean;
}

export function Phone({ of, isNext, named }: PhoneProps) {
  if (!of.phone) return <p class="soft">{t("kiosk.evac.no_phone")}</p>;
  return (
    <ButtonLink kind={isNext ? "primary" : "plain"} class="ev-phone" icon={icon.phone} href={`tel:${of.phone.replaceAll(" ", "")}`} data-testid="ev-phone">
      <span>
        {(isNext || named) && <small>{named ? of.name : t("kiosk.evac.call")}</small>}
        <strong class="digits">{of.phone}</strong>
      </span>
    </ButtonLink>
  );
}
