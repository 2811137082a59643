/** The contre-référence while it is written: kept on the device, encrypted, until the server has it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Drafts } from "../../client/offline/drafts.ts";
import { SealedStore } from "../../client/offline/sealed-store.ts";
import type { ReferralId } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { onEscape } from "./escape.ts";
import type { Moving } from "./moving.ts";

interface CounterProps {
  referral: ReferralId;
  moving: Moving;
  onClose: () => void;
}

export function Counter({ referral, moving, onClose }: CounterProps) {
  const [text, setText] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const name = `counter ${referral}`;
  useEffect(() => {
    form.current?.querySelector("textarea")?.focus();
    void drafts.load<string>(name).then((kept) => typeof kept === "string" && setText((typed) => typed || kept));
  }, [name]);
  const write = (next: string) => {
    setText(next);
    drafts.save(name, next);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const said = text.trim();
    if (!said || moving.busy) return;
    if (await moving.run({ event: "counter_referral", text: said })) {
      await drafts.clear(name);
      onClose();
    }
  };
  return (
    <form class="act-form" ref={form} onKeyDown={onEscape(onClose)} onSubmit={(event) => void submit(event)}>
      <Field
        label={t("reception.counter_text")}
        hint={t("reception.counter_hint")}
        value={text}
        onValue={write}
        rows={6}
        maxLength={4000}
        required
        data-testid="rc-counter-text"
      />
      {moving.fault && (
        <Banner tone="bad" icon={icon.alert} data-testid="rc-fault">
          {moving.fault}
        </Banner>
      )}
      <div class="actions">
        <Button onClick={onClose}>{t("common.back")}</Button>
        <Button kind="go" type="submit" icon={icon.send} disabled={!text.trim() || moving.busy} data-testid="rc-send">
          {t(moving.busy ? "reception.sending" : "reception.counter_send")}
        </Button>
      </div>
    </form>
  );
}

/** One store for all readers of this device: whoever has the code of the letter may go on with the text. */
const drafts = new Drafts(new SealedStore("reception"));
