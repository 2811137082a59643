//! The first thing drawn: enrolment, or the house behind the door.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { access } from "./access.ts";
import { Enrol } from "./Enrol.tsx";

const house = signal<ComponentType | null>(null);

export async function fetchHouse(): Promise<void> {
  try {
    house.value = (await import("./House.tsx")).House;
  } catch {
    setTimeout(() => location.reload(), RELOAD_AFTER_MS);
  }
}

export function Door() {
  const House = house.value;
  switch (access.value) {
    case "unknown":
    case "revoked":
      return <Enrol revoked={access.value === "revoked"} />;
    case "replaced":
      return <Elsewhere text={t("common.replaced")} onContinue={() => location.reload()} />;
    case "known":
      if (House) return <House />;
  }
  return (
    <main class="centre">
      <p role="status">{t("common.loading")}</p>
    </main>
  );
}

/** Another window of this tablet goes on. */
export function Elsewhere({ text, onContinue }: { text: string; onContinue: () => void }) {
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

/** The link broke while the page was loading. */
const RELOAD_AFTER_MS = 3000;
