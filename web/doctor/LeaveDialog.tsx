/** The dialog before a doctor leaves a call: leave it for a moment, or hand it on to whoever is free. */

import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import type { CallProps } from "./props.ts";

export function LeaveDialog({ client, ongoing, onClose }: CallProps & { onClose: () => void }) {
  const holds = ongoing.may.has("hand_on");
  const leave = () => {
    client.consultation.leave();
    onClose();
  };
  const handOn = () => {
    client.consultation.handOn();
    onClose();
  };
  return (
    <Dialog
      title={t("doctor.leave_title")}
      onClose={onClose}
      data-testid="leave-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("doctor.leave_stay")}</Button>
          {holds && (
            <Button icon={icon.people} data-testid="hand-on" onClick={handOn}>
              {t("doctor.hand_on")}
            </Button>
          )}
          <Button kind="danger" icon={icon.hangUp} data-testid="hangup-yes" onClick={leave}>
            {t("common.leave")}
          </Button>
        </>
      }
    >
      <p>{t(holds ? "doctor.leave_holder" : "doctor.leave_guest")}</p>
    </Dialog>
  );
}
