/** A button that leads back to the first screen. */

import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { screen } from "./shell.ts";

export const BackButton = () => (
  <Button kind="bare" icon={icon.back} data-testid="back" onClick={() => (screen.value = { at: "home" })}>
    {t("common.back")}
  </Button>
);
