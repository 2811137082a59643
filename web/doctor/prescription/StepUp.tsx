/** A dialog whose act needs the password again: what it is about, the password, the progress and what failed. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Banner } from "../../ui/Banner.tsx";
import { Button, type ButtonKind } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Storing } from "./storing.ts";

interface StepUpProps {
  title: string;
  /** The words on the button of the act. */
  act: string;
  kind: ButtonKind;
  /** True if something else is missing than the password. */
  isIncomplete?: boolean;
  storing: Storing;
  onClose: () => void;
  onAct: (password: string) => void;
  children: ComponentChildren;
}

export function StepUp({ title, act, kind, isIncomplete, storing, onClose, onAct, children }: StepUpProps) {
  const [password, setPassword] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const { busy, slow, fault } = storing;
  useEffect(() => {
    // A password is typed anew after each failure.
    if (!fault) return;
    setPassword("");
    form.current?.querySelector<HTMLInputElement>("[type=password]")?.focus();
  }, [fault]);
  const submit = (event: Event) => {
    event.preventDefault();
    if (password && !busy && !isIncomplete) onAct(password);
  };
  return (
    <Dialog title={title} onClose={onClose} data-testid="rx-dialog">
      <form class="rx-form" ref={form} onSubmit={submit}>
        {children}
        <Field
          label={t("doctor.rx.password")}
          hint={t("doctor.rx.password_hint")}
          value={password}
          onValue={setPassword}
          type="password"
          // A password that the browser fills in would prove nothing about who signs.
          autoComplete="off"
          required
          data-testid="rx-password"
        />
        {fault && (
          <Banner tone="bad" icon={icon.alert} data-testid="rx-fault">
            {fault}
          </Banner>
        )}
        {slow && (
          <p role="status" data-testid="rx-progress">
            {t("doctor.rx.progress")}
          </p>
        )}
        <div class="actions">
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button kind={kind} icon={icon.check} type="submit" disabled={!password || busy || !!isIncomplete} data-testid="rx-confirm">
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
