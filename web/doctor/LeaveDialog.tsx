/** The dialog before a doctor leaves a call: leave it for a moment, make it a case to answer in writing, or hand it on to whoever is free. */

import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { toast } from "../ui/Toast.tsx";
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
  const defer = async () => {
    onClose();
    const { actsOf } = await import("./cases/acts.ts");
    await actsOf(client).defer(ongoing.id).catch((error: unknown) => toast(errorTextOf(error)));
  };
  return (
    <Dialog
      title={t("doctor.leave_title")}
      onClose={onClose}
      data-testid="leave-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("doctor.leave_stay")}</Button>
          {ongoing.may.has("defer") && (
            <Button icon={icon.note} data-testid="defer" onClick={() => void defer()}>
              {t("doctor.defer")}
            </Button>
          )}
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
      {ongoing.may.has("defer") && <p>{t("doctor.defer_more")}</p>}
    </Dialog>
  );
}
