/** The form for the ten characters that are printed below the QR code. It needs a network, and says so. */

import { useEffect, useRef, useState } from "preact/hooks";
import { readCode } from "../client/workflow/prescription-code.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { fetchText } from "./code.ts";
import { showTyped, view } from "./verifier.ts";

export function CodeForm() {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const look = async (event: Event) => {
    event.preventDefault();
    if (asking) return;
    const code = readCode(typed);
    if (!code) return setFault(t("verifier.code.malformed"));
    setFault(null);
    setAsking(true);
    const found = await fetchText(code);
    // Whoever has gone back meanwhile does not want it any more.
    if (view.peek() !== "code") return;
    if ("why" in found) setFault(t(`verifier.code.${found.why}`));
    else if (!(await showTyped(found.text, code))) setFault(t("verifier.code.unanswered"));
    setAsking(false);
  };
  return (
    <form ref={form} class="way" noValidate onSubmit={(event) => void look(event)}>
      <Field
        label={t("verifier.code.label")}
        hint={t("verifier.code.hint")}
        value={typed}
        onValue={setTyped}
        fault={fault}
        maxLength={40}
        placeholder="7K3M9-QRT2X"
        data-testid="code"
      />
      <Button kind="primary" type="submit" icon={icon.check} disabled={asking} data-testid="code-go">
        {asking ? t("common.loading") : t("verifier.code.go")}
      </Button>
    </form>
  );
}
