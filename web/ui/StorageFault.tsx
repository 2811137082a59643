/** The sentence about what it costs that this device keeps nothing, no more, or soon no more. It is loaded when that happens. */

import type { StorageState } from "../client/platform/storage.ts";
import { Banner } from "./Banner.tsx";
import { ButtonLink } from "./Button.tsx";
import { learn, t } from "./i18n.ts";
import * as icon from "./icons.ts";
import french from "./texts/fr.json?storage";

learn(french);

export function StorageFault({ state, phone }: { state: StorageState; phone: string | undefined }) {
  const word = state === "kept" ? "low" : state;
  return (
    <>
      <Banner tone="warn" icon={icon.alert} data-testid="storage" data-state={word}>
        {t(`client.storage.${word}`)}
      </Banner>
      {phone && state === "unreadable" && (
        <ButtonLink icon={icon.phone} href={`tel:${phone.replaceAll(" ", "")}`} data-testid="phone">
          {phone}
        </ButtonLink>
      )}
    </>
  );
}
