/**
 * The doctor's call screen: the record on the left, the members on the right. The record stays editable during an
 * outage.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { now, type Ongoing, seconds } from "../client/index.ts";
import { Banner } from "../ui/Banner.tsx";
import { ChatNotice, ChatPanel } from "../ui/chat/later.ts";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Ladder } from "../ui/Ladder.tsx";
import { VoiceAlerts } from "../ui/VoiceAlerts.tsx";
import { Advice } from "./Advice.tsx";
import { AppointmentSection } from "./appointments/later.ts";
import { useAdviceDraft } from "./advice-draft.ts";
import { type CallDialog, CallDialogs, Controls, FinishingBanner } from "./Controls.tsx";
import { LiveConsent } from "./consent/later.ts";
import { useEvacuating } from "./evacuation/kept-evacuation.ts";
import { Evacuations } from "./evacuation/Section.tsx";
import { useReferrals } from "./evacuation/told.ts";
import { stands } from "./evacuation/up-to-date.ts";
import { whenBack } from "./inside.ts";
import { Interruptions } from "./Interruptions.tsx";
import { Notes } from "./Notes.tsx";
import { People } from "./People.tsx";
import { Photos } from "./Photos.tsx";
import { usePrescribing } from "./prescription/kept-prescription.ts";
import { Prescriptions } from "./prescription/Section.tsx";
import { NationalFile } from "./national.ts";
import { Previous } from "./Previous.tsx";
import type { CallProps } from "./props.ts";
import { Vitals } from "../ui/Vitals.tsx";
import "./texts.ts";

export function Call({ client, ongoing }: CallProps) {
  const draft = useAdviceDraft(client, ongoing.id);
  const prescribing = usePrescribing(client, ongoing.id, ongoing.prescriptions);
  const referrals = useReferrals(client.connection, ongoing.id, ongoing.record?.referrals);
  const evacuating = useEvacuating(client, ongoing.id, referrals);
  const directs = ongoing.may.has("direct");
  const [open, setOpen] = useState<CallDialog | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  /** What has the room of the record while it is open. */
  const writing = directs && [evacuating, prescribing].find(({ isOpen }) => isOpen);
  const back = () => (writing ? writing.open(false) : setOpen((shown) => shown ?? "leave"));
  useEffect(() => whenBack(back), [!!writing]);
  return (
    <main
      class={writing ? "call writing" : "call"}
      data-testid="call"
      data-consultation={ongoing.id}
      data-state={client.call.state.value.at}
    >
      <h1 class="unseen" ref={title} tabIndex={-1}>
        {t("doctor.call")}
      </h1>
      <Head client={client} ongoing={ongoing} />
      <section class="side" aria-label={t("doctor.call")}>
        <div class="alerts">
          <OutageBanner client={client} ongoing={ongoing} />
          <Interruptions client={client} ongoing={ongoing} />
          <FinishingBanner client={client} />
          <VoiceAlerts client={client} ongoing={ongoing} onDevices={() => setOpen("devices")} />
          <ChatNotice client={client} ongoing={ongoing} />
        </div>
        <People client={client} ongoing={ongoing} />
        <Ladder client={client} ongoing={ongoing} />
      </section>
      <section class="record" aria-label={t("doctor.record")} data-testid="record">
        <Intake ongoing={ongoing} />
        <LiveConsent client={client} ongoing={ongoing} />
        <Previous id={ongoing.id} />
        {ongoing.record?.intake.dpp && <NationalFile id={ongoing.id} />}
        <Advice client={client} ongoing={ongoing} canWrite={directs} draft={draft} />
        <div class="acts">
          <Prescriptions
            client={client}
            id={ongoing.id}
            intake={ongoing.record?.intake}
            prescriptions={ongoing.prescriptions}
            prescribing={prescribing}
            canWrite={directs}
          />
          <Evacuations
            client={client}
            id={ongoing.id}
            record={ongoing.record ? { ...ongoing.record, advice: ongoing.advice, prescriptions: ongoing.prescriptions } : undefined}
            referrals={referrals}
            evacuating={evacuating}
            canWrite={directs}
          />
          <AppointmentSection client={client} id={ongoing.id} canWrite={directs} />
        </div>
        <Photos client={client} ongoing={ongoing} canWrite={directs} />
        {directs && ongoing.record && <Notes client={client} id={ongoing.id} note={ongoing.record.note} />}
      </section>
      <ChatPanel client={client} />
      <Controls client={client} ongoing={ongoing} onOpen={setOpen} />
      <CallDialogs
        client={client}
        ongoing={ongoing}
        open={open}
        draft={draft}
        prescribing={prescribing}
        evacuating={evacuating}
        referred={referrals.some(stands)}
        onClose={() => setOpen(null)}
      />
    </main>
  );
}

function Head({ client, ongoing }: CallProps) {
  const post = ongoing.members.find(({ role }) => role === "kiosk");
  return (
    <header class="call-head cloth">
      <p class="who">
        <strong>{post?.place.name}</strong>
        <span>
          {post?.place.district}
          {post?.place.phone && (
            <>
              {" · "}
              <a href={`tel:${post.place.phone.replaceAll(" ", "")}`}>{post.place.phone}</a>
            </>
          )}
        </span>
      </p>
      <span class="digits" data-testid="timer">
        <Icon of={icon.clock} /> {duration(seconds.value - ongoing.since)}
      </span>
      <span
        class="unseen"
        data-testid="connection"
        data-state={client.connection.state.value.at}
        aria-hidden="true"
      />
    </header>
  );
}

function Intake({ ongoing }: { ongoing: Ongoing }) {
  if (!ongoing.record) return null;
  const { intake, dangers, urgency, speciality } = ongoing.record;
  return (
    <section class="intake">
      <p class={`urgency ${urgency}`}>
        {t(`common.urgency.${urgency}`)} · {t(`common.speciality.${speciality}`)}
      </p>
      <h2 class="reason" dir="auto">{intake.reason || t("doctor.no_reason")}</h2>
      <Vitals intake={intake} dangers={dangers} />
      <p class="small soft">
        {intake.name && <strong dir="auto">{intake.name} · </strong>}
        {intake.dpp ? `${t("common.vital.dpp")} : ${intake.dpp}` : t("doctor.no_dpp")}
        {intake.language && ` · ${t(`common.lang.${intake.language}`)}`}
      </p>
    </section>
  );
}

/** A banner during an outage, ours or the other side's. Nothing has to be done, and a counter runs. */
function OutageBanner({ client, ongoing }: CallProps) {
  const since = client.call.lostSince.value;
  const gone = ongoing.members.find(({ member, state }) => member !== ongoing.me && state === "lost");
  if (since !== null) {
    const lost_ms = Math.max(0, (seconds.value, now()) - since);
    return (
      <Banner tone="bad" icon={icon.linkOff} data-testid="outage" data-seconds={Math.floor(lost_ms / 1000)}>
        <strong>{t("common.lost_for", { time: duration(lost_ms) })}</strong>
        <p>{t("doctor.lost_more")}</p>
      </Banner>
    );
  }
  if (!gone) return null;
  return (
    <Banner tone="warn" icon={icon.linkOff} data-testid="far-outage">
      <strong>{t("doctor.far_lost", { name: gone.name })}</strong>
    </Banner>
  );
}
