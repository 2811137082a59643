/** One sentence about what it costs that this device keeps nothing, or no more; nothing while it keeps what it should. */

import { deviceStorage } from "../client/platform/storage.ts";
import { Banner } from "./Banner.tsx";
import { t } from "./i18n.ts";
import * as icon from "./icons.ts";

export function StorageNote() {
  const { value: state } = deviceStorage;
  if (state === "kept") return null;
  return (
    <Banner tone="warn" icon={icon.alert} data-testid="storage">
      {t(`client.storage.${state}`)}
    </Banner>
  );
}
