/** Whom to telephone: where the patient goes, where they come from, and where the doctor is. */

import type { Place } from "../protocol/messages.ts";
import { ButtonLink } from "../ui/Button.tsx";
import * as icon from "../ui/icons.ts";
import { told } from "./phone.ts";

export function Phones() {
  const { structure, post, doctor_place } = told.value ?? {};
  const all = [structure, doctor_place, post].filter((place): place is Place => !!place?.phone);
  const once = all.filter((place, at) => all.findIndex(({ phone }) => phone === place.phone) === at);
  return (
    <>
      {once.map(({ id, name, phone }) => (
        <ButtonLink key={id} class="call-by-phone" icon={icon.phone} href={`tel:${phone.replaceAll(" ", "")}`} data-testid="amb-phone">
          <span>
            {name} <span class="digits">{phone.replaceAll(" ", "\u00a0")}</span>
          </span>
        </ButtonLink>
      ))}
    </>
  );
}
