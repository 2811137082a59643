//! The enrolled kiosk: which screen is shown. What goes on comes before what was touched.

import { useEffect } from "preact/hooks";
import { t } from "../ui/i18n.ts";
import { Toasts } from "../ui/Toast.tsx";
import { Bar } from "./Bar.tsx";
import { Check } from "./Check.tsx";
import { Elsewhere } from "./Door.tsx";
import { Ended } from "./Ended.tsx";
import { FormScreen } from "./FormScreen.tsx";
import { History } from "./History.tsx";
import { Home, Specialities } from "./Home.tsx";
import { client, screen, start } from "./kiosk.ts";
import { Talk } from "./Talk.tsx";
import { Wait } from "./Wait.tsx";

export function House() {
  useEffect(start, []);
  useArrival();
  const { current, ended, left } = client.consultation;
  if (client.connection.state.value.at === "elsewhere")
    return <Elsewhere text={t("common.elsewhere")} onContinue={() => client.connection.takeOver()} />;
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
      return <FormScreen kind={shown.kind} />;
    default:
      return <Home />;
  }
}
