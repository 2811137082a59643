/** The dialog that closes a consultation. It asks for the outcome, and warns of advice that is not signed. */

import { useState } from "preact/hooks";
import type { Disposition } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Choice } from "../ui/Choice.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import type { CallProps } from "./props.ts";

type CloseDialogProps = CallProps & { unsigned: boolean; onClose: () => void };

export function CloseDialog({ client, ongoing, unsigned, onClose }: CloseDialogProps) {
  const [how, setHow] = useState<Disposition | null>(null);
  const silent = ongoing.advice.length === 0 && client.consultation.unsent.value.length === 0;
  const finish = () => {
    if (how) void client.consultation.close(how);
    onClose();
  };
  return (
    <Dialog
      title={t("doctor.finish_title")}
      onClose={onClose}
      data-testid="close-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button
            kind="primary"
            icon={icon.check}
            disabled={!how}
            data-testid="close-confirm"
            onClick={finish}
          >
            {t("doctor.finish_confirm")}
          </Button>
        </>
      }
    >
      {(unsigned || silent) && (
        <Banner tone="warn" icon={icon.alert}>
          {t(unsigned ? "doctor.finish_unsigned" : "doctor.finish_silent")}
        </Banner>
      )}
      <Choice
        label={t("doctor.finish_how")}
        options={DISPOSITIONS.map((value) => ({ value, label: t(`common.disposition.${value}`) }))}
        value={how}
        onValue={setHow}
        testid="disposition"
      />
    </Dialog>
  );
}

const DISPOSITIONS: Disposition[] = ["advice", "prescription", "evacuation", "appointment"];
