/** The root of the coordinator's page: sign-in, or what waits, the cases that need a doctor, the gaps and the rota. */

import { useState } from "preact/hooks";
import type { RotaView } from "../protocol/rota.ts";
import { Banner } from "../ui/Banner.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { Logo } from "../ui/Logo.tsx";
import { SignOut } from "../ui/SignIn.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { Absences } from "./Absences.tsx";
import { Calendars } from "./Calendars.tsx";
import { Gaps } from "./Gaps.tsx";
import { NextRing } from "./NextRing.tsx";
import { account, leave, rota, stale } from "./rota.ts";
import { Template } from "./Template.tsx";
import { Week } from "./Week.tsx";

const CasesToGive = lazy(async () => (await import("./CasesToGive.tsx")).CasesToGive);
const Missing = lazy(async () => (await import("./Missing.tsx")).Missing);
const Proposals = lazy(async () => (await import("./proposals/Proposals.tsx")).Proposals);
const Log = lazy(async () => (await import("./Log.tsx")).Log);
const Waiting = lazy(async () => (await import("./Waiting.tsx")).Waiting);
const TABS = ["week", "ring", "template", "absences", "calendars", "log"] as const;

export function App() {
  return (
    <SignInGate account={account} title={t("rota.title")} wrongRole={t("rota.not_coordinator")}>
      <Page />
    </SignInGate>
  );
}

function Page() {
  return (
    <>
      <header class="head cloth">
        <Logo />
        <h1>{t("rota.title")}</h1>
        <span>{account.identity.value?.name}</span>
        <SignOut onClick={() => void leave()} />
      </header>
      <main class="rota">
        {stale.value && (
          <Banner tone="warn" icon={icon.linkOff} data-testid="outage">
            {t("rota.stale")} {stale.value}
          </Banner>
        )}
        {rota.value ? <Board rota={rota.value} /> : <p role="status">{t("common.loading")}</p>}
      </main>
    </>
  );
}

function Board({ rota }: { rota: RotaView }) {
  const [tab, setTab] = useState<(typeof TABS)[number]>("week");
  const asked = rota.plan.leaves.filter(({ granted }) => !granted).length;
  return (
    <>
      <Waiting />
      <CasesToGive rota={rota} />
      <Missing />
      <Gaps rota={rota} />
      <Proposals />
      <nav class="tabs" aria-label={t("rota.title")}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            class="tab"
            aria-current={tab === name ? "page" : undefined}
            data-testid={`tab-${name}`}
            onClick={() => setTab(name)}
          >
            {t(`rota.tab.${name}`)} {name === "absences" && asked > 0 && <strong class="count">{asked}</strong>}
          </button>
        ))}
      </nav>
      {tab === "week" && <Week rota={rota} />}
      {tab === "ring" && <NextRing rota={rota} />}
      {tab === "template" && <Template rota={rota} />}
      {tab === "absences" && <Absences rota={rota} />}
      {tab === "calendars" && <Calendars rota={rota} />}
      {tab === "log" && <Log rota={rota} />}
    </>
  );
}
