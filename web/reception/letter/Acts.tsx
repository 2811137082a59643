/** What the structure does with an evacuation now: the usual next step large, the others beside it, and the telephone of the post. */

import { useState } from "preact/hooks";
import type { FailReason, Place, ReferralEvent, ReferralId, RejectReason } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { identity } from "../account.ts";
import { Counter } from "./Counter.tsx";
import { type Moving, useMoving } from "./moving.ts";
import { ReasonForm } from "./ReasonForm.tsx";
import type { Opened } from "../reception.ts";
import { type Act, actsOf } from "../steps.ts";
import { CallPost } from "./Structure.tsx";

interface ActsProps {
  opened: Opened;
  post: Place;
  /** The act whose form is open. */
  form: Act | null;
  onForm: (form: Act | null) => void;
}

export function Acts({ opened, post, form, onForm }: ActsProps) {
  const { referral, way } = opened;
  const moving = useMoving();
  const [message, setMessage] = useState("");
  const isElsewhere = way.by === "account" && referral.structure.id !== identity.value?.place.id;
  const acts = isElsewhere ? [] : actsOf(referral);
  const open = acts.find((act) => act === form);
  const run = async (event: ReferralEvent) => void ((await moving.run(event)) && onForm(null));
  if (open) return <Form act={open} referral={referral.order.referral} isOnTheWay={referral.state === "en_route"} moving={moving} onClose={() => onForm(null)} onSend={run} />;
  return (
    <>
      {moving.fault && (
        <Banner tone="bad" icon={icon.alert} data-testid="rc-fault">
          {moving.fault}
        </Banner>
      )}
      {acts.includes("accept") && (
        <Field
          label={t("reception.accept_text")}
          hint={t("reception.accept_hint")}
          value={message}
          onValue={setMessage}
          maxLength={500}
          data-testid="rc-accept-text"
        />
      )}
      <div class="actions bar">
        {acts.map((act, place) => (
          <ActButton
            key={act}
            act={act}
            isFirst={place === 0}
            moving={moving}
            onForm={() => onForm(act)}
            onMove={(event) => void run(event.event === "accepted" ? acceptance(message) : event)}
          />
        ))}
        <CallPost post={post} />
      </div>
    </>
  );
}

interface FormProps {
  act: Act;
  referral: ReferralId;
  isOnTheWay: boolean;
  moving: Moving;
  onClose: () => void;
  onSend: (event: ReferralEvent) => Promise<void>;
}

/** The form of an act that needs a reason or a text. */
function Form({ act, referral, isOnTheWay, moving, onClose, onSend }: FormProps) {
  if (act === "counter") return <Counter referral={referral} moving={moving} onClose={onClose} />;
  const shared = { moving, onClose };
  if (act === "reject")
    return (
      <ReasonForm
        {...shared}
        title={t("reception.reject_title")}
        reasons={REJECTIONS.map((value) => ({ value, label: t(`common.referral.reject.${value}`) }))}
        hint={t(isOnTheWay ? "reception.reject_on_way" : "reception.reject_hint")}
        send={t("reception.reject_send")}
        onSend={(reason, text) => void onSend({ event: "rejected", reason, ...(text && { text }) })}
      />
    );
  return (
    <ReasonForm
      {...shared}
      title={t("reception.failed_title")}
      reasons={FAILURES.map((value) => ({ value, label: t(`reception.failed.${value}`) }))}
      send={t("reception.failed_send")}
      onSend={(reason, text) => void onSend({ event: "failed", reason, ...(text && { text }) })}
    />
  );
}

interface ActButtonProps {
  act: Act;
  /** True for the usual next step. */
  isFirst: boolean;
  moving: Moving;
  onForm: () => void;
  onMove: (event: ReferralEvent) => void;
}

function ActButton({ act, isFirst, moving, onForm, onMove }: ActButtonProps) {
  const event = AT_ONCE[act];
  const [word, testid] = WORDS[act];
  return (
    <Button
      kind={isFirst ? (act === "counter" ? "primary" : "go") : "plain"}
      {...(isFirst && { icon: act === "counter" ? icon.note : icon.check })}
      disabled={moving.busy}
      data-testid={testid}
      onClick={() => (event ? onMove(event) : onForm())}
    >
      {moving.busy && isFirst ? t("reception.sending") : t(word)}
    </Button>
  );
}

/** An acceptance, with the message to the post if there is one. */
const acceptance = (message: string): ReferralEvent => ({ event: "accepted", ...(message.trim() && { text: message.trim() }) });

/** What is said with one touch. */
const AT_ONCE: { readonly [act in Act]?: ReferralEvent } = {
  accept: { event: "accepted" },
  arrived: { event: "arrived" },
  in_care: { event: "in_care" },
};

const WORDS = {
  accept: ["reception.accept", "rc-accept"],
  reject: ["reception.reject", "rc-reject"],
  arrived: ["reception.arrived", "rc-arrived"],
  in_care: ["reception.in_care", "rc-in-care"],
  counter: ["reception.counter", "rc-counter"],
  failed: ["reception.not_arrived", "rc-failed"],
} as const;

const REJECTIONS: readonly RejectReason[] = ["no_bed", "no_equipment", "no_specialist", "no_transport", "other"];
const FAILURES: readonly FailReason[] = ["not_arrived", "died_on_the_way"];
