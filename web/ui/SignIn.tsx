/** The sign-in form for doctors and operators, and the button to sign out. */

import { useState } from "preact/hooks";
import { Banner } from "./Banner.tsx";
import { Button } from "./Button.tsx";
import { Field } from "./Field.tsx";
import { errorTextOf, t } from "./i18n.ts";
import * as icon from "./icons.ts";
import { Languages } from "./Languages.tsx";
import { Logo } from "./Logo.tsx";
import { StorageNote } from "./StorageNote.tsx";

/** The sign-in form. `onSubmit` signs in, and throws an ApiError whose code has a text. */
export function SignIn({
  title,
  onSubmit,
}: {
  title: string;
  onSubmit: (login: string, password: string) => Promise<void>;
}) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

  async function submit(event: Event) {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    await onSubmit(login.trim(), password).catch((error: unknown) => setRefusal(errorTextOf(error)));
    setBusy(false);
  }

  return (
    <main class="signin">
      <Logo />
      <h1>{title}</h1>
      <StorageNote />
      {refusal && (
        <Banner tone="bad" icon={icon.alert} data-testid="signin-error">
          {refusal}
        </Banner>
      )}
      <form class="signin-form" onSubmit={submit}>
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
        <Button kind="primary" type="submit" disabled={busy} data-testid="signin">
          {busy ? t("common.loading") : t("common.sign_in")}
        </Button>
      </form>
    </main>
  );
}

/** The end of a signed-in page's bar. */
export const SignOut = ({ onClick }: { onClick: () => void }) => (
  <>
    <Languages />
    <Button kind="bare" data-testid="signout" onClick={onClick}>
      {t("common.sign_out")}
    </Button>
  </>
);
