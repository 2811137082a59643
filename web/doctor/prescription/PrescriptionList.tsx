/** The signed prescriptions of a consultation, the newest first: whether each is to be followed is said in words and struck through. */

import { useState } from "preact/hooks";
import { codeOf } from "../../client/workflow/prescription-code.ts";
import { isInForce } from "../../client/workflow/prescriptions.ts";
import type { ConsultationId, Prescription } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { dateAndTime, moment } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { signature } from "../../ui/signer.ts";
import { CancelDialog } from "./CancelDialog.tsx";
import { DispensedList } from "./DispensedList.tsx";
import { Lines } from "./Lines.tsx";
import { isSignedOtherwise } from "./shown.ts";

interface ListProps {
  id: ConsultationId;
  prescriptions: readonly Prescription[];
  /** Begins what replaces one; none for who may not prescribe. */
  onReplace?: (prescription: Prescription) => void;
  /** True if the reader may cancel one, also after the end of the consultation. */
  canCancel?: boolean;
  /** More that the reader may do with one, whatever became of it. */
  actionsOf?: (prescription: Prescription) => preact.ComponentChildren;
  /** Called once a cancellation is durable. */
  onChanged?: () => void;
}

export function PrescriptionList({ id, prescriptions, onReplace, canCancel = !!onReplace, actionsOf, onChanged }: ListProps) {
  const [cancelling, setCancelling] = useState<Prescription | null>(null);
  return (
    <>
      <ol class="rx-list" aria-live="polite" aria-label={t("doctor.prescribe.list")}>
        {[...prescriptions].reverse().map((one) => (
          <Item key={one.signed.prescription} prescription={one}>
            {actionsOf?.(one)}
            {isInForce(one) && (onReplace || canCancel) && (
              <div class="actions">
                {onReplace && (
                  <Button data-testid="rx-replace" onClick={() => onReplace(one)}>
                    {t("doctor.rx.replace")}
                  </Button>
                )}
                {canCancel && (
                  <Button data-testid="rx-cancel" onClick={() => setCancelling(one)}>
                    {t("doctor.rx.cancel")}
                  </Button>
                )}
              </div>
            )}
          </Item>
        ))}
      </ol>
      {cancelling && (
        <CancelDialog
          id={id}
          signed={cancelling.signed}
          onClose={() => setCancelling(null)}
          onDone={() => {
            setCancelling(null);
            onChanged?.();
          }}
        />
      )}
    </>
  );
}

function Item({ prescription, children }: { prescription: Prescription; children: preact.ComponentChildren }) {
  const { signed, replaced_by, cancelled } = prescription;
  const state = cancelled ? "cancelled" : replaced_by ? "replaced" : "in_force";
  return (
    <li class={state} data-testid="rx-item" data-state={state} data-prescription={signed.prescription}>
      <p>
        <strong>
          <Icon of={state === "in_force" ? icon.check : icon.close} /> {t(`doctor.rx.state.${state}`)}
        </strong>
        {" · "}
        <span class="digits rx-code" data-testid="rx-code">
          {codeOf(signed.prescription)}
        </span>
        {replaced_by && ` · ${t("doctor.rx.replaced_by", { code: codeOf(replaced_by) })}`}
        {signed.replaces && ` · ${t("doctor.rx.replaces", { code: codeOf(signed.replaces) })}`}
      </p>
      {cancelled && (
        <p dir="auto">
          {t("doctor.rx.cancelled_by", { name: cancelled.by, time: moment(cancelled.at) })} {cancelled.why}
        </p>
      )}
      {isSignedOtherwise(signed.prescription, signed.lines) && (
        <Banner tone="warn" icon={icon.alert} data-testid="rx-otherwise">
          {t("doctor.rx.otherwise")}
        </Banner>
      )}
      <Lines lines={signed.lines} isStruck={state !== "in_force"} />
      <DispensedList of={prescription} />
      {signed.justifications?.map(({ line, kind, why }) => (
        <p key={`${line} ${kind}`} class="small" dir="auto">
          {t("doctor.rx.kept_line", { n: line + 1 })} {why}
        </p>
      ))}
      <p class="small soft">
        {signature(signed)}
        {state === "in_force" && ` · ${t("doctor.rx.valid_until", { time: dateAndTime(signed.valid_until) })}`}
      </p>
      {children}
    </li>
  );
}
