//! Back to the three doors.

import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { screen } from "./shell.ts";

export const Back = () => (
  <Button kind="bare" icon={icon.back} data-testid="back" onClick={() => (screen.value = { at: "home" })}>
    {t("common.back")}
  </Button>
);
