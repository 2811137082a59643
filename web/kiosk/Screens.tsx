//! The enrolled kiosk: which screen is shown. What goes on comes before what was touched.

import { useEffect } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Toasts } from "../ui/Toast.tsx";
import { Bar } from "./Bar.tsx";
import { Check } from "./DeviceCheck.tsx";
import { Ended } from "./Ended.tsx";
import { FormScreen } from "./FormScreen.tsx";
import { History } from "./History.tsx";
import { Home } from "./Home.tsx";
import { client } from "./kiosk.ts";
import { screen } from "./shell.ts";
import { Specialities } from "./Specialities.tsx";
import { Talk } from "./Call.tsx";
import { Wait } from "./Wait.tsx";

export function House() {
  useArrival();
  const { current, ended, left } = client.consultation;
  if (current.value && current.value.id !== left.value) return <Talk ongoing={current.value} />;
  return (
    <>
      <Bar />
      {ended.value ? <Ended /> : client.post.pending.value ? <Wait /> : <Chosen />}
      <Toasts />
    </>
  );
}

/** A new screen begins at its top, for eyes and for screen readers. */
function useArrival(): void {
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
      return <Check />;
    case "history":
      return <History />;
    case "form":
      return <FormScreen kind={shown.kind} speciality={shown.speciality} />;
    default:
      return (
        <Home>
          <StillOn />
        </Home>
      );
  }
}

/** We left by choice: the way back. */
function StillOn() {
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
