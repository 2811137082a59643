/** A coded reason as large radio buttons, with a remark: why a patient is refused, or why they did not arrive. */

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { onEscape } from "./escape.ts";
import type { Moving } from "./moving.ts";

interface ReasonProps<T extends string> {
  title: string;
  reasons: readonly { value: T; label: string }[];
  hint?: string;
  /** The words on the button that sends it. */
  send: string;
  moving: Moving;
  onClose: () => void;
  onSend: (reason: T, text: string) => void;
}

export function ReasonForm<T extends string>({ title, reasons, hint, send, moving, onClose, onSend }: ReasonProps<T>) {
  const [reason, setReason] = useState<T | null>(null);
  const [text, setText] = useState("");
  const [isTried, setTried] = useState(false);
  const name = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (reason && !moving.busy) onSend(reason, text.trim());
  };
  return (
    <form class="act-form" ref={form} onKeyDown={onEscape(onClose)} onSubmit={submit}>
      <fieldset class="choice">
        <legend>{title}</legend>
        <div>
          {reasons.map(({ value, label }) => (
            <label key={value}>
              <input
                type="radio"
                autoComplete="off"
                name={name}
                value={value}
                checked={value === reason}
                data-testid="rc-reason"
                data-reason={value}
                onChange={() => setReason(value)}
              />
              {label}
            </label>
          ))}
        </div>
      </fieldset>
      <Field label={t("reception.reject_text")} value={text} onValue={setText} maxLength={500} rows={2} {...(hint && { hint })} data-testid="rc-text" />
      {(moving.fault ?? (isTried && !reason && t("reception.reject_lack"))) && (
        <Banner tone="warn" icon={icon.alert} data-testid="rc-fault">
          {moving.fault ?? t("reception.reject_lack")}
        </Banner>
      )}
      <div class="actions">
        <Button onClick={onClose}>{t("common.back")}</Button>
        <Button kind="primary" type="submit" icon={icon.send} disabled={moving.busy} data-testid="rc-send">
          {moving.busy ? t("reception.sending") : send}
        </Button>
      </div>
    </form>
  );
}
