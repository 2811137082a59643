/** Asks once more before another structure is asked, because the one that is asked now is told that it is not wanted any more. */

import type { Place, Referral } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Acting } from "../cases/acts.ts";

interface AskProps {
  acting: Acting;
  referral: Referral;
  next: Place;
  onClose: () => void;
  onAsk: () => void;
}

export function AskDialog({ acting, referral: { structure, state }, next, onClose, onAsk }: AskProps) {
  return (
    <Dialog
      title={t("doctor.ev.next_title", { place: next.name })}
      onClose={onClose}
      data-testid="ev-next-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button kind="primary" icon={icon.send} disabled={acting.busy} data-testid="ev-next-confirm" onClick={onAsk}>
            {t("doctor.ev.next", { place: next.name })}
          </Button>
        </>
      }
    >
      <p>{t(state === "en_route" ? "doctor.ev.next_on_way" : "doctor.ev.next_more", { place: structure.name })}</p>
      {acting.fault && (
        <Banner tone="warn" icon={icon.alert}>
          {acting.fault}
        </Banner>
      )}
    </Dialog>
  );
}
