/**
 * The screens of the enrolled kiosk. A running consultation comes before a request, and a request before a chosen
 * screen.
 */

import { useEffect } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Toasts } from "../ui/Toast.tsx";
import { Bar } from "./Bar.tsx";
import { DeviceCheck } from "./DeviceCheck.tsx";
import { Ended } from "./Ended.tsx";
import { FormScreen } from "./FormScreen.tsx";
import { History } from "./History.tsx";
import { Home } from "./Home.tsx";
import { client } from "./kiosk.ts";
import { screen } from "./shell.ts";
import { Specialities } from "./Specialities.tsx";
import { Call } from "./Call.tsx";
import { Wait } from "./Wait.tsx";

export function Screens() {
  useScreenChange();
  const { current, ended, left } = client.consultation;
  if (current.value && current.value.id !== left.value) return <Call ongoing={current.value} />;
  return (
    <>
      <Bar />
      {ended.value ? <Ended /> : client.post.pending.value ? <Wait /> : <Chosen />}
      <Toasts />
    </>
  );
}

/** Scrolls each new screen to its top and focuses its heading, for screen readers. */
function useScreenChange(): void {
  const { current, ended } = client.consultation;
  const shown = `${screen.value.at} ${!!current.value} ${!!ended.value} ${!!client.post.pending.value}`;
  useEffect(() => {
    scrollTo(0, 0);
    const heading = document.querySelector("h1");
    if (heading) heading.tabIndex = -1;
    heading?.focus({ preventScroll: true });
  }, [shown]);
}

function Chosen() {
  const shown = screen.value;
  switch (shown.at) {
    case "speciality":
      return <Specialities />;
    case "check":
      return <DeviceCheck />;
    case "history":
      return <History />;
    case "form":
      return <FormScreen kind={shown.kind} speciality={shown.speciality} />;
    default:
      return (
        <Home>
          <RejoinBanner />
        </Home>
      );
  }
}

/** A banner that leads back into a consultation that was left by choice. */
function RejoinBanner() {
  if (!client.consultation.left.value) return null;
  return (
    <Banner
      tone="warn"
      icon={icon.phone}
      actions={
        <Button kind="go" icon={icon.phone} data-testid="rejoin" onClick={() => client.consultation.rejoin()}>
          {t("common.rejoin")}
        </Button>
      }
    >
      {t("kiosk.talk.still_on")}
    </Banner>
  );
}
