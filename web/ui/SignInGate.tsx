/** The way into a page that one role uses: a word while it is found out who is there, then the sign-in, then the page. */

import type { ComponentChildren } from "preact";
import type { SignedIn } from "../client/signalling/signed-in.ts";
import { Banner } from "./Banner.tsx";
import { t } from "./i18n.ts";
import * as icon from "./icons.ts";
import { SignIn } from "./SignIn.tsx";

export function SignInGate({
  account,
  title,
  wrongRole,
  children,
}: {
  account: SignedIn;
  title: string;
  /** What somebody with another role reads. */
  wrongRole: string;
  children: ComponentChildren;
}) {
  const who = account.identity.value;
  if (who === undefined)
    return (
      <main>
        <p role="status">{t("common.loading")}</p>
      </main>
    );
  if (who) return <>{children}</>;
  return (
    <>
      {account.refusedRole.value && (
        <Banner tone="warn" icon={icon.alert} data-testid="error">
          {wrongRole}
        </Banner>
      )}
      <SignIn title={title} onSubmit={(login, password) => account.signIn(login, password)} />
    </>
  );
}
