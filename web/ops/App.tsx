/** The root of the operations page: sign-in, or the board. */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { now, seconds } from "../client/index.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { OwnLink } from "../ui/LinkBadge.tsx";
import { linkFromRtt } from "../ui/link-quality.ts";
import { Logo } from "../ui/Logo.tsx";
import { SignOut } from "../ui/SignIn.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { Alerts } from "./Alerts.tsx";
import { Consultations } from "./Consultations.tsx";
import { account, connection, overview, sessionEnd } from "./ops.ts";
import { NationalRecord } from "./NationalRecord.tsx";
import { Presence } from "./Presence.tsx";
import { Server } from "./Server.tsx";
import { SetAside } from "./SetAside.tsx";
import { SigningKeys } from "./SigningKeys.tsx";

export function App() {
  return (
    <SignInGate account={account} title={t("ops.title")} wrongRole={t("ops.not_operator")}>
      <Page />
    </SignInGate>
  );
}

function Page() {
  if (studioIsOpen.value)
    return (
      <>
        <Head />
        <Studio onBack={() => (studioIsOpen.value = false)} />
      </>
    );
  return (
    <>
      <Head />
      <main class="board">
        {sessionEnd.value && <SessionEnding at={sessionEnd.value} />}
        <StaleBanner />
        <Server />
        <div class="column">
          {overview.value ? (
            <Consultations overview={overview.value} />
          ) : (
            <p role="status">{t("common.loading")}</p>
          )}
        </div>
        <div class="column">
          <Alerts />
          {overview.value && <SetAside list={overview.value.set_aside ?? []} />}
          <SigningKeys />
          <NationalRecord />
          {overview.value && <Presence overview={overview.value} />}
        </div>
      </main>
    </>
  );
}

function Head() {
  const { at } = connection.state.value;
  const word =
    at === "ready" ? linkFromRtt(connection.rttMs.value) : at === "connecting" ? "unknown" : "lost";
  return (
    <header class="head cloth">
      <Logo />
      <h1>{t("ops.title")}</h1>
      <OwnLink connection={connection} word={word} />
      <span>{account.identity.value?.name}</span>
      <Button kind="bare" icon={icon.speaker} data-testid="studio-open" onClick={() => (studioIsOpen.value = true)}>
        {t("ops.studio.short")}
      </Button>
      <OwnSessions />
      <SignOut onClick={() => void account.signOut()} />
    </header>
  );
}

/** True while the sentences for patients are shown in place of the board. */
const studioIsOpen = signal(false);
const Studio = lazy(async () => (await import("./studio/Studio.tsx")).loaded());
const Sessions = lazy(async () => (await import("../ui/Sessions.tsx")).Sessions);
const SessionEnding = lazy(async () => (await import("../ui/SessionEnding.tsx")).SessionEnding);

/** A button for the list of one's own sessions. */
function OwnSessions() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="bare" data-testid="sessions" onClick={() => setOpen(true)}>
        {t("common.sessions")}
      </Button>
      {open && <Sessions onClose={() => setOpen(false)} />}
    </>
  );
}

/** A banner that tells why the figures may be old. */
function StaleBanner() {
  const state = connection.state.value;
  if (state.at === "lost")
    return (
      <Banner tone="bad" icon={icon.linkOff} data-testid="outage">
        {t("ops.stale", { time: duration((seconds.value, now()) - state.since) })}
      </Banner>
    );
  if (state.at === "elsewhere")
    return (
      <Banner
        tone="warn"
        icon={icon.alert}
        actions={
          <Button kind="primary" data-testid="take-over" onClick={() => connection.takeOver()}>
            {t("common.take_over")}
          </Button>
        }
      >
        {t("common.elsewhere")}
      </Banner>
    );
  if (state.at !== "ended") return null;
  const text = { replaced: t("common.replaced"), revoked: t("ops.revoked"), version: t("error.version") };
  return (
    <Banner
      tone="warn"
      icon={icon.alert}
      actions={
        <Button kind="primary" onClick={() => location.reload()}>
          {t("common.reload")}
        </Button>
      }
    >
      {text[state.reason as keyof typeof text] ?? t("common.lost")}
    </Banner>
  );
}
