/** A button in the place of what a locked tablet does not show; it asks for the PIN in a dialog. */

import { useState } from "preact/hooks";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { PinGate } from "./PinGate.tsx";

/** It is drawn while `isLocked` (`staff.ts`) is true, and so goes by itself. */
export function LockedPart({ text, testid }: { text: string; testid: string }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button icon={icon.people} data-testid={testid} onClick={() => setOpen(true)}>
        {text}
      </Button>
      {open && (
        <Dialog title={text} onClose={close} data-testid="unlock-dialog" actions={<Button onClick={close}>{t("common.close")}</Button>}>
          <PinGate>{null}</PinGate>
        </Dialog>
      )}
    </>
  );
}
