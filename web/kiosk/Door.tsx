//! What is drawn first: enrolment, or the porch with its three doors, and then the house behind it.

import { effect, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Bar } from "./Bar.tsx";
import { Enrol } from "./Enrol.tsx";
import { Home } from "./Home.tsx";
import { access, busy, connection, screen } from "./porch.ts";

const house = signal<ComponentType | null>(null);
let fetching = false;

/** Somebody wants in, or something goes on behind. */
effect(() => {
  const wanted = screen.value.at !== "home" || busy.value;
  if (access.value === "known" && wanted) void fetchHouse();
});

async function fetchHouse(): Promise<void> {
  if (fetching) return;
  fetching = true;
  try {
    house.value = (await import("./House.tsx")).House;
  } catch {
    setTimeout(() => location.reload(), RELOAD_AFTER_MS);
  }
}

export function Door() {
  switch (access.value) {
    case "unknown":
    case "revoked":
      return <Enrol revoked={access.value === "revoked"} />;
    case "replaced":
      return <Elsewhere text={t("common.replaced")} onContinue={() => location.reload()} />;
    case "known":
      return <Known />;
    default:
      return <Loading />;
  }
}

function Known() {
  const House = house.value;
  if (connection.state.value.at === "elsewhere")
    return <Elsewhere text={t("common.elsewhere")} onContinue={() => connection.takeOver()} />;
  if (House) return <House />;
  return (
    <>
      <Bar />
      {screen.value.at === "home" && !busy.value ? <Home /> : <Loading />}
    </>
  );
}

function Loading() {
  return (
    <main class="centre">
      <p role="status">{t("common.loading")}</p>
    </main>
  );
}

/** Another window of this tablet goes on. */
function Elsewhere({ text, onContinue }: { text: string; onContinue: () => void }) {
  return (
    <main class="centre">
      <Banner tone="warn" icon={icon.alert}>
        {text}
      </Banner>
      <Button kind="primary" data-testid="take-over" onClick={onContinue}>
        {t("common.take_over")}
      </Button>
    </main>
  );
}

/** The link broke while the house was loading. */
const RELOAD_AFTER_MS = 3000;
