//! Which screen: what goes on comes before what was touched.

import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Toasts } from "../ui/Toast.tsx";
import { Bar } from "./Bar.tsx";
import { Check } from "./Check.tsx";
import { Ended } from "./Ended.tsx";
import { Enrol } from "./Enrol.tsx";
import { FormScreen } from "./FormScreen.tsx";
import { History } from "./History.tsx";
import { Home, Specialities } from "./Home.tsx";
import { access, client, screen } from "./kiosk.ts";
import { Talk } from "./Talk.tsx";
import { Wait } from "./Wait.tsx";

export function App() {
  return (
    <>
      <Gate />
      <Toasts />
    </>
  );
}

function Gate() {
  switch (access.value) {
    case "starting":
      return <p class="centre">{t("common.loading")}</p>;
    case "replaced":
      return <Elsewhere />;
    case "known":
      return <Known />;
    default:
      return <Enrol revoked={access.value === "revoked"} />;
  }
}

function Known() {
  const { current, ended, left } = client.consultation;
  if (client.connection.state.value.at === "elsewhere") return <Elsewhere />;
  if (current.value && current.value.id !== left.value) return <Talk ongoing={current.value} />;
  return (
    <>
      <Bar />
      {ended.value ? <Ended /> : client.post.pending.value ? <Wait /> : <Chosen />}
    </>
  );
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

function Elsewhere() {
  const replaced = access.value === "replaced";
  const here = () => (replaced ? location.reload() : client.connection.takeOver());
  return (
    <main class="centre">
      <Banner tone="warn" icon={icon.alert}>
        {t(replaced ? "common.replaced" : "common.elsewhere")}
      </Banner>
      <Button kind="primary" data-testid="take-over" onClick={here}>
        {t("common.take_over")}
      </Button>
    </main>
  );
}
