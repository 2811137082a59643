/** The root of the reception page: the letter that is open, or the list, or the two ways in. */

import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Languages } from "../ui/Languages.tsx";
import { Logo } from "../ui/Logo.tsx";
import { Toasts } from "../ui/Toast.tsx";
import { identity, signOut } from "./account.ts";
import { waiting } from "./alarm.ts";
import { LetterScreen } from "./letter/LetterScreen.tsx";
import { List } from "./List.tsx";
import { close, opened, watch } from "./reception.ts";
import { WaysIn } from "./WaysIn.tsx";

export function App() {
  useEffect(watch, []);
  const main = useRef<HTMLElement>(null);
  const who = identity.value;
  const letter = opened.value?.referral.order.referral;
  // A button that is gone takes the focus with it.
  useEffect(() => {
    if (!main.current?.contains(document.activeElement)) main.current?.focus();
    scrollTo(0, 0);
  }, [letter, !!who]);
  return (
    <>
      <header class="head cloth">
        <Logo />
        <h1>{t("reception.title")}</h1>
        {who && (
          <p class="who">
            <strong dir="auto">{who.name}</strong> <span>{who.place.name}</span>
          </p>
        )}
        <Languages />
        {who && (
          <Button kind="bare" data-testid="signout" onClick={() => void signOut()}>
            {t("common.sign_out")}
          </Button>
        )}
      </header>
      <main ref={main} class="reception" tabIndex={-1}>
        {letter && waiting.value > 0 && <NewOne />}
        <Screen />
      </main>
      <Toasts />
    </>
  );
}

/** Tells whoever reads a letter that another evacuation waits, with the way to it. */
function NewOne() {
  return (
    <Banner
      tone="bad"
      icon={icon.alert}
      actions={<Button data-testid="rc-new-open" onClick={close}>{t("reception.back")}</Button>}
      data-testid="rc-new"
    >
      <strong>{t("reception.new")}</strong>
    </Banner>
  );
}

function Screen() {
  if (opened.value) return <LetterScreen key={opened.value.referral.order.referral} opened={opened.value} />;
  if (identity.value) return <List />;
  return identity.value === undefined ? <p role="status">{t("common.loading")}</p> : <WaysIn />;
}
