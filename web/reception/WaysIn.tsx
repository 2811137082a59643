/** The two ways in: the code of a letter with the name of whoever reads it, and the account of the structure. */

import { useEffect, useRef, useState } from "preact/hooks";
import { readLetterCode } from "../client/workflow/prescription-code.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { refusedRole, signIn } from "./account.ts";
import { codeInAddress } from "./address.ts";
import { openCode } from "./reception.ts";

export function WaysIn() {
  return (
    <>
      <p class="lead">{t("reception.what")}</p>
      <div class="ways">
        <CodeForm />
        <AccountForm />
      </div>
    </>
  );
}

/** Whoever has the paper or the SMS needs no account, and tells their name to the post. */
function CodeForm() {
  const [typed, setTyped] = useState(codeInAddress);
  const [name, setName] = useState("");
  const [faults, setFaults] = useState<{ code?: string; name?: string; other?: string }>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Whoever comes with the code from the paper has only the name to type.
  useEffect(() => {
    if (typed) form.current?.querySelectorAll("input")[1]?.focus();
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    const code = readLetterCode(typed);
    const who = name.trim();
    const found = {
      ...(!code && { code: t("reception.code_malformed") }),
      ...(who.length < 2 && { name: t("reception.name_short") }),
    };
    setFaults(found);
    if (!code || who.length < 2 || busy) return;
    setBusy(true);
    const fault = await openCode(code, who).then(
      () => null,
      (error: unknown) => errorTextOf(error),
    );
    setBusy(false);
    if (fault) setFaults({ other: fault });
  };
  return (
    <form class="way" ref={form} noValidate aria-labelledby="by-code" onSubmit={(event) => void submit(event)}>
      <h2 id="by-code">{t("reception.by_code")}</h2>
      <Field
        label={t("reception.code")}
        hint={t("reception.code_hint")}
        value={typed}
        onValue={setTyped}
        fault={faults.code ?? null}
        maxLength={40}
        placeholder="7K3M9-QRT2X"
        data-testid="rc-code"
      />
      <Field
        label={t("reception.name")}
        hint={t("reception.name_hint")}
        value={name}
        onValue={setName}
        fault={faults.name ?? null}
        maxLength={80}
        data-testid="rc-name"
      />
      {faults.other && (
        <Banner tone="warn" icon={icon.alert} data-testid="rc-code-fault">
          {faults.other}
        </Banner>
      )}
      <Button kind="primary" type="submit" icon={icon.note} disabled={busy} data-testid="rc-code-go">
        {t(busy ? "common.loading" : "reception.open")}
      </Button>
    </form>
  );
}

function AccountForm() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFault(null);
    await signIn(login.trim(), password).catch((error: unknown) => setFault(errorTextOf(error)));
    setBusy(false);
  };
  const said = fault ?? (refusedRole.value ? t("reception.wrong_role") : null);
  return (
    <form class="way" aria-labelledby="by-account" onSubmit={(event) => void submit(event)}>
      <h2 id="by-account">{t("reception.account")}</h2>
      <Field
        label={t("common.login")}
        value={login}
        onValue={setLogin}
        name="login"
        autoComplete="username"
        required
        data-testid="login"
      />
      <Field
        label={t("common.password")}
        value={password}
        onValue={setPassword}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        data-testid="password"
      />
      {said && (
        <Banner tone="warn" icon={icon.alert} data-testid="signin-error">
          {said}
        </Banner>
      )}
      <Button kind="primary" type="submit" disabled={busy} data-testid="signin">
        {t(busy ? "common.loading" : "common.sign_in")}
      </Button>
    </form>
  );
}
