/** The root of the page of an ambulance. Everything is large: it is read in a vehicle that drives. */

import { useEffect, useRef } from "preact/hooks";
import { t } from "../ui/i18n.ts";
import { Languages } from "../ui/Languages.tsx";
import { Logo } from "../ui/Logo.tsx";
import { InCall } from "./InCall.tsx";
import { Phones } from "./Phones.tsx";
import { stand, type Stand } from "./phone.ts";
import { CodeForm, NameForm, Ready } from "./WaysIn.tsx";

export function App() {
  const main = useRef<HTMLElement>(null);
  const at = stand.value;
  // A button that is gone takes the focus with it.
  useEffect(() => {
    if (!main.current?.contains(document.activeElement)) main.current?.focus();
  }, [at]);
  return (
    <>
      <header class="cloth">
        <Logo />
        <h1>{t("ambulance.title")}</h1>
        <Languages />
      </header>
      <main ref={main} tabIndex={-1} data-testid="amb" data-at={at}>
        <Screen at={at} />
      </main>
    </>
  );
}

function Screen({ at }: { at: Stand }) {
  if (at === "code") return <CodeForm />;
  if (at === "name") return <NameForm />;
  if (at === "ready") return <Ready />;
  if (at === "call") return <InCall />;
  if (at === "loading") return <p role="status">{t("common.loading")}</p>;
  return (
    <>
      <div role="status">
        <h2>{t(`ambulance.${at}`)}</h2>
      </div>
      <p>{t(`ambulance.${at}_more`)}</p>
      <Phones />
    </>
  );
}
