/** The screen of this post's evacuations: those under way first, and those that have ended. It is readable without a network. */

import { useMemo } from "preact/hooks";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { BackButton } from "../../BackButton.tsx";
import { PinGate } from "../../PinGate.tsx";
import { kept, referrals, seen } from "../known.ts";
import { inListOrder } from "../news.ts";
import { EvacuationSheet, Unchecked } from "./EvacuationSheet.tsx";

export function Evacuations() {
  return (
    <main class="history">
      <header>
        <BackButton />
        <h1>{t("kiosk.evac.all")}</h1>
      </header>
      <PinGate>
        <All />
      </PinGate>
    </main>
  );
}

function All() {
  const all = referrals.value;
  // The order stays while a person presses and reads; something new may change it.
  const consultations = useMemo(() => inListOrder(all, seen.peek(), wallNow()).slice(0, MOST), [all]);
  return (
    <>
      {kept.value === "unreadable" && (
        <Banner tone="warn" icon={icon.alert} data-testid="ev-unreadable">
          {t("kiosk.evac.unreadable")}
        </Banner>
      )}
      {all.length === 0 && kept.value !== "unreadable" && (
        <p data-testid="ev-none" data-state={kept.value}>{t(kept.value === "read" ? "kiosk.evac.none" : "kiosk.evac.reading")}</p>
      )}
      <Unchecked of={all} />
      {consultations.map((id) => (
        <EvacuationSheet key={id} of={id} untitled />
      ))}
    </>
  );
}

/** Older ones are in the list of past consultations. */
const MOST = 12;
