/** The two ways in which a post ends an evacuation: the patient has not arrived, or it is cancelled. */

import { useState } from "preact/hooks";
import type { FailReason, Referral } from "../../../protocol/messages.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { Field } from "../../../ui/Field.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { tellOf } from "../acts.ts";
import { genderOf } from "../words.ts";

interface EndProps {
  of: Referral;
  onClose: () => void;
}

export function NotArrived({ of, onClose }: EndProps) {
  const [reason, setReason] = useState<FailReason | null>(null);
  const [text, setText] = useState("");
  const said = text.trim();
  const tell = async () => {
    if (reason && (await tellOf(of, { event: "failed", reason, ...(said && { text: said }) }))) onClose();
  };
  return (
    <Dialog
      title={t("kiosk.evac.failed_title")}
      onClose={onClose}
      data-testid="ev-failed-dialog"
      actions={<Acts onClose={onClose} disabled={!reason} word={t("kiosk.evac.save")} testid="ev-failed-go" onGo={() => void tell()} />}
    >
      <div class="ev-answers" role="group">
        {REASONS.map((one) => (
          <Button
            key={one}
            class={one === reason ? "pressed" : ""}
            aria-pressed={one === reason}
            data-testid="ev-failed-reason"
            {...{ "data-reason": one }}
            onClick={() => setReason(one)}
          >
            {one === "not_arrived" ? t(`kiosk.evac.not_arrived_${genderOf(of)}`) : t("kiosk.evac.died")}
          </Button>
        ))}
      </div>
      <Field label={t("kiosk.evac.remark")} value={text} onValue={setText} maxLength={TEXT} rows={2} data-testid="ev-remark" />
    </Dialog>
  );
}

export function Cancel({ of, onClose }: EndProps) {
  const [text, setText] = useState("");
  const said = text.trim();
  const tell = async () => {
    if (said && (await tellOf(of, { event: "cancelled", text: said }))) onClose();
  };
  return (
    <Dialog
      title={t("kiosk.evac.cancel_title")}
      onClose={onClose}
      data-testid="ev-cancel-dialog"
      actions={<Acts onClose={onClose} disabled={!said} word={t("kiosk.evac.cancel_go")} isDanger testid="ev-cancel-go" onGo={() => void tell()} />}
    >
      <p>{t("kiosk.evac.cancel_more", { name: of.structure.name })}</p>
      <Field label={t("kiosk.evac.cancel_why")} value={text} onValue={setText} maxLength={TEXT} rows={2} required data-testid="ev-cancel-why" />
    </Dialog>
  );
}

interface ActsProps {
  onClose: () => void;
  onGo: () => void;
  disabled: boolean;
  word: string;
  isDanger?: boolean;
  testid: string;
}

function Acts({ onClose, onGo, disabled, word, isDanger, testid }: ActsProps) {
  return (
    <>
      <Button onClick={onClose}>{t("common.back")}</Button>
      <Button kind={isDanger ? "danger" : "primary"} icon={isDanger ? icon.close : icon.check} disabled={disabled} data-testid={testid} onClick={onGo}>
        {word}
      </Button>
    </>
  );
}

const REASONS: FailReason[] = ["not_arrived", "died_on_the_way"];
/** The longest text, in characters. */
const TEXT = 500;
