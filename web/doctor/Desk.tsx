/** The doctor's desk: the queue with urgencies and waiting times, invitations and notices. */

import { useEffect } from "preact/hooks";
import { type Client, seconds } from "../client/index.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { StorageNote } from "../ui/StorageNote.tsx";
import { lazy } from "../ui/lazy.tsx";
import { AvailabilityChoice } from "./Bar.tsx";
import { callScreen, caseList, emptyDesk, queueRow } from "./later.ts";
import { soundReady, unlockSound } from "./ringing.ts";

const CaseList = lazy(caseList);
const EmptyDesk = lazy(emptyDesk);
const QueueRow = lazy(queueRow);
const Notices = lazy(async () => (await import("./Notices.tsx")).Notices);
const InvitationBanner = lazy(async () => (await import("./Unfinished.tsx")).InvitationBanner);
const Unfinished = lazy(async () => (await import("./Unfinished.tsx")).Unfinished);

export function Desk({ client }: { client: Client }) {
  const somebodyWaits = client.desk.rows.value.length > 0;
  useEffect(() => {
    if (!somebodyWaits) return;
    client.measureLink();
    callScreen().catch(() => undefined);
  }, [somebodyWaits]);
  return (
    <main class="desk">
      <h1 class="unseen">{t("doctor.title")}</h1>
      <OutageBanner client={client} />
      <StorageNote />
      <EndedBanner client={client} />
      <AvailabilityChoice client={client} />
      <SoundBanner />
      {client.desk.invitation.value && <InvitationBanner client={client} />}
      <div aria-live="polite" class="notices">
        {client.desk.notices.value.length > 0 && <Notices client={client} />}
      </div>
      <Queue client={client} />
      {client.cases.rows.value.length > 0 && <CaseList client={client} />}
    </main>
  );
}

function Queue({ client }: { client: Client }) {
  const left = client.consultation.left.value;
  const rows = client.desk.rows.value.filter(({ entry }) => entry.consultation !== left);
  const guest = client.identity.value?.role === "guest";
  return (
    <section data-testid="queue" aria-labelledby="queue-title">
      <h2 id="queue-title">
        {t("doctor.queue")} <span class="count digits">{rows.length || ""}</span>
      </h2>
      {rows.length === 0 && (
        <p class="empty soft">{t(guest ? "doctor.queue_guest" : "doctor.queue_empty")}</p>
      )}
      {rows.length === 0 && !guest && <EmptyDesk />}
      <ul class="rows">
        {rows.map((row) => (
          <QueueRow key={row.entry.consultation} row={row} client={client} />
        ))}
      </ul>
    </section>
  );
}

/** The outcome of the last consultation, or what became of one that we left. */
function EndedBanner({ client }: { client: Client }) {
  const { ended, left, released } = client.consultation;
  return (left.value || released.value || ended.value) && <Unfinished client={client} />;
}

function OutageBanner({ client }: { client: Client }) {
  const state = client.connection.state.value;
  if (state.at !== "lost") return null;
  const lost_ms = Math.max(0, seconds.value - state.since);
  return (
    <Banner tone="bad" icon={icon.linkOff} data-testid="outage" data-seconds={Math.floor(lost_ms / 1000)}>
      {t("common.lost_for", { time: duration(lost_ms) })}
    </Banner>
  );
}

function SoundBanner() {
  if (soundReady.value) return null;
  return (
    <Banner
      tone="warn"
      icon={icon.speaker}
      actions={<Button onClick={unlockSound}>{t("doctor.sound_on")}</Button>}
    >
      {t("doctor.sound_off")}
    </Banner>
  );
}
