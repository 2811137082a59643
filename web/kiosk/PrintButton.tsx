/** The button that prints the signed advice. */

import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";

export function PrintButton() {
  return (
    <Button icon={icon.print} data-testid="print" onClick={() => print()}>
      {t("common.print")}
    </Button>
  );
}
