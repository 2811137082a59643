/** A telephone number that can be dialled with a touch. */

import { ButtonLink } from "../ui/Button.tsx";
import * as icon from "../ui/icons.ts";

export function Telephone({ number }: { number: string }) {
  return (
    <ButtonLink icon={icon.phone} href={`tel:${number.replaceAll(" ", "")}`} data-testid="phone">
      {number}
    </ButtonLink>
  );
}
