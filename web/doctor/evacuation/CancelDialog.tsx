/** The dialog that cancels an evacuation, with the reason that the post and the receiving structure read. */

import { useState } from "preact/hooks";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Acting } from "../cases/acts.ts";

interface CancelProps {
  acting: Acting;
  onClose: () => void;
  onCancel: (why: string) => void;
}

export function CancelDialog({ acting, onClose, onCancel }: CancelProps) {
  const [why, setWhy] = useState("");
  return (
    <Dialog
      title={t("doctor.ev.cancel_title")}
      onClose={onClose}
      data-testid="ev-cancel-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button
            kind="danger"
            icon={icon.check}
            disabled={!why.trim() || acting.busy}
            data-testid="ev-cancel-confirm"
            onClick={() => onCancel(why.trim())}
          >
            {t("doctor.ev.cancel_confirm")}
          </Button>
        </>
      }
    >
      <Field
        label={t("doctor.ev.cancel_why")}
        hint={t("doctor.ev.cancel_hint")}
        value={why}
        onValue={setWhy}
        rows={2}
        maxLength={500}
        required
        data-testid="ev-cancel-why"
      />
      {acting.fault && (
        <Banner tone="warn" icon={icon.alert}>
          {acting.fault}
        </Banner>
      )}
    </Dialog>
  );
}
