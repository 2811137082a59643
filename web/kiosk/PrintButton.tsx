/** The button that prints the signed advice of one consultation; the sheet is loaded when it is pressed. */

import type { Advice, Intake } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { errorText, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { toast } from "../ui/Toast.tsx";
import { fallback, place } from "./shell.ts";

/** `advice` is that of one consultation, the oldest first; `intake` its form, if the tablet has it; `nurse` who of the post took part. */
export function PrintButton({ advice, intake, nurse = "" }: { advice: readonly Advice[]; intake: Intake | null; nurse?: string }) {
  const press = async () => {
    const { printSheet } = await import("./paper/print.tsx");
    await printSheet({ advice, intake, nurse, place: place.value, fallback: fallback.value });
  };
  return (
    <Button icon={icon.print} data-testid="print" onClick={() => press().catch(() => toast(errorText("offline")))}>
      {t("common.print")}
    </Button>
  );
}
