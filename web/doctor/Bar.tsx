/** The bar at the top of the desk: who is signed in, the state of the link, and the choice of availability. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import type { Availability } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { OwnLink } from "../ui/LinkBadge.tsx";
import { lazy } from "../ui/lazy.tsx";
import { linkFromRtt } from "../ui/link-quality.ts";
import { Logo } from "../ui/Logo.tsx";
import { SignOut } from "../ui/SignIn.tsx";
import { leave, openCase, page } from "./doctor.ts";
import { dutyNews, followNews } from "./duty-news.ts";
import { deviceDialog, dutiesDialog, sessionsDialog } from "./later.ts";
import { permitNotifications, unlockSound } from "./ringing.ts";

export function Bar({ client }: { client: Client }) {
  const { state, rttMs } = client.connection;
  const you = client.identity.value;
  const isDesk = page.value === "desk" && !openCase.value;
  const go = () => {
    page.value = isDesk ? "history" : "desk";
    openCase.value = null;
  };
  return (
    <header class="bar cloth">
      <Logo />
      <p class="who">
        <strong dir="auto">{you?.name}</strong>
        <span>{you?.place.name}</span>
      </p>
      <OwnLink
        connection={client.connection}
        word={state.value.at === "ready" ? linkFromRtt(rttMs.value) : "lost"}
      />
      <nav>
        <Button
          kind="bare"
          icon={isDesk ? icon.note : icon.back}
          data-testid="history"
          onClick={go}
        >
          {t(isDesk ? "doctor.history" : "doctor.queue")}
        </Button>
        {you?.role === "doctor" && <OwnDuties client={client} />}
        <OwnSessions />
        <SignOut onClick={() => void leave(client)} />
      </nav>
    </header>
  );
}

const DeviceDialog = lazy(deviceDialog);
const Duties = lazy(dutiesDialog);
const Sessions = lazy(sessionsDialog);
const Presence = lazy(async () => (await import("./Presence.tsx")).Presence);

/** A button for one's own duties, with a mark if something is new there. */
function OwnDuties({ client }: { client: Client }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="bare" data-testid="my-duties" onClick={() => setOpen(true)}>
        {t("doctor.duties")} <DutyBadge client={client} />
      </Button>
      {open && <Duties client={client} onClose={() => setOpen(false)} />}
    </>
  );
}

/** How much is new in one's own duties. */
function DutyBadge({ client }: { client: Client }) {
  useEffect(() => followNews(client.connection), []);
  const { lines = [], asked = [] } = dutyNews.value ?? {};
  const n = lines.length + asked.length;
  return (
    n > 0 && (
      <strong class="count" data-testid="duty-news">
        <span aria-hidden="true">{n}</span>
        <span class="unseen">{t("doctor.news", { n })}</span>
      </strong>
    )
  );
}

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

/** A button for the device check, so that devices are tried before somebody waits. */
function DeviceCheck({ client }: { client: Client }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={icon.tools} data-testid="device-check" onClick={() => setOpen(true)}>
        {t("doctor.devices")}
      </Button>
      {open && <DeviceDialog client={client} onClose={() => setOpen(false)} />}
    </>
  );
}

export function AvailabilityChoice({ client }: { client: Client }) {
  const now = client.desk.availability.value;
  const choose = (state: Availability) => {
    unlockSound();
    if (state !== "away") permitNotifications();
    client.desk.setAvailability(state);
  };
  return (
    <section class="availability" aria-label={t("doctor.availability")}>
      <div role="group" aria-label={t("doctor.availability")}>
        {AVAILABILITIES.map((state) => (
          <Button
            key={state}
            class={state}
            aria-pressed={state === now}
            disabled={client.connection.state.value.at !== "ready"}
            data-testid={`availability-${state}`}
            onClick={() => choose(state)}
          >
            {t(`doctor.${state}`)}
          </Button>
        ))}
      </div>
      {now === "away" ? (
        <Banner tone="warn" icon={icon.alert} data-testid="away">
          <strong>{t("doctor.away_more")}</strong>
        </Banner>
      ) : (
        <p class="soft">{t(`doctor.${now}_more`)}</p>
      )}
      {client.desk.presence.value && <Presence client={client} />}
      <DeviceCheck client={client} />
    </section>
  );
}

const AVAILABILITIES: Availability[] = ["available", "busy", "away"];
