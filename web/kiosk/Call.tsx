/** The call screen of the kiosk: the members, the advice, and what to do during an outage. */

import { useEffect, useRef, useState } from "preact/hooks";
import { now, type Ongoing, seconds, testTone } from "../client/index.ts";
import { countOfNews as countOfSteps } from "../client/workflow/referrals.ts";
import type { Language } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { AttachmentList } from "../ui/attachments/later.ts";
import { ChatButton, ChatNotice, ChatPanel } from "../ui/chat/later.ts";
import { Button } from "../ui/Button.tsx";
import { CameraButton, MuteButton, PlaySoundButton } from "../ui/CallButtons.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { Ladder } from "../ui/Ladder.tsx";
import { OwnLink } from "../ui/LinkBadge.tsx";
import { lazy } from "../ui/lazy.tsx";
import { linkInCall } from "../ui/link-quality.ts";
import { MemberTile, SelfTile } from "../ui/MemberTile.tsx";
import { VoiceAlerts } from "../ui/VoiceAlerts.tsx";
import { useDeparture } from "../ui/departure.ts";
import { addAttachment } from "./later.ts";
import { DoctorAbsent } from "./DoctorAbsent.tsx";
import { referralsOf, take } from "./evacuation/known.ts";
import { EvacuationNotice, EvacuationSheet } from "./evacuation/later.ts";
import { client, leaving } from "./kiosk.ts";
import { AdviceSheet } from "./AdviceSheet.tsx";
import { PrintButton } from "./PrintButton.tsx";
import { PrescriptionNotice, PrescriptionSheet } from "./prescriptions/later.ts";
import { countOfNews } from "./prescriptions/list.ts";
import { SpeakInCallButton, SpokenPanel } from "./spoken/later.ts";
import { nurseHere } from "./staff.ts";
import { Telephone } from "./Telephone.tsx";

const AddAttachment = lazy(addAttachment);
const PhotoRequest = lazy(async () => (await import("./PhotoRequest.tsx")).PhotoRequest);

export function Call({ ongoing }: { ongoing: Ongoing }) {
  const { prescriptions } = ongoing;
  const evacuations = referralsOf(ongoing.id);
  const told = ongoing.advice.length + ongoing.photos.length + ongoing.attachments.length + countOfNews(prescriptions) + countOfSteps(evacuations);
  useEffect(() => take(ongoing.record?.referrals), [ongoing.record]);
  const [adding, setAdding] = useState(false);
  const beside = told > 0 || adding;
  const others = ongoing.members.filter(({ member, state }) => member !== ongoing.me && state !== "left");
  useChime(told);
  const departed = useDeparture(ongoing);
  return (
    <main
      class={beside ? "talk advised" : "talk"}
      data-testid="call-screen"
      data-consultation={ongoing.id}
      data-state={client.call.state.value.at}
    >
      <h1 class="unseen">{t("kiosk.talk.title")}</h1>
      <Head ongoing={ongoing} />
      <div class="alerts">
        <OutageBanner ongoing={ongoing} />
        <VoiceAlerts client={client} ongoing={ongoing} />
        {evacuations.length > 0 && <EvacuationNotice of={ongoing.id} />}
        {prescriptions.length > 0 && <PrescriptionNotice prescriptions={prescriptions} />}
        <ChatNotice client={client} ongoing={ongoing} />
        {departed && (
          <Banner tone="info" icon={icon.hangUp} data-testid="departed">
            {t("common.departed", { name: departed })}
          </Banner>
        )}
      </div>
      <section class="people" data-count={others.length}>
        {others.map((member) => (
          <MemberTile key={member.member} client={client} member={member} />
        ))}
        <SelfTile client={client} sent />
        {!beside && (
          <Button class="add" icon={icon.photo} data-testid="attach-open" onClick={() => setAdding(true)}>
            {t("kiosk.talk.add")}
          </Button>
        )}
      </section>
      {beside && <Beside ongoing={ongoing} told={told} onClose={() => setAdding(false)} />}
      <ChatPanel client={client} />
      <SpokenPanel language={languageOf(ongoing)} />
      <footer class="foot-of-talk">
        <Ladder client={client} ongoing={ongoing} />
        <Controls ongoing={ongoing} />
      </footer>
    </main>
  );
}

interface BesideProps {
  ongoing: Ongoing;
  /** How much there is to show. */
  told: number;
  /** Called when nothing is to be added. */
  onClose: () => void;
}

/** What stands beside the pictures: the photos, the advice, the evacuations, the prescriptions and the files. */
function Beside({ ongoing, told, onClose }: BesideProps) {
  const { id, advice, prescriptions } = ongoing;
  const intake = ongoing.record?.intake ?? client.post.intakeOf(id);
  return (
    <div class="beside">
      {ongoing.photos.length > 0 && <PhotoRequest ongoing={ongoing} />}
      <section class="advice" aria-live="assertive" aria-label={t("kiosk.talk.advice")}>
        {advice.length > 0 && (
          <>
            <h2>{t("kiosk.talk.advice")}</h2>
            <AdviceSheet advice={[...advice].reverse()} />
            <PrintButton advice={advice} intake={intake} nurse={nurseHere()} />
          </>
        )}
      </section>
      {referralsOf(id).length > 0 && (
        <section>
          <EvacuationSheet of={id} inCall />
        </section>
      )}
      {prescriptions.length > 0 && (
        <section>
          <PrescriptionSheet prescriptions={prescriptions} advice={advice} intake={intake} />
        </section>
      )}
      <section>
        <AttachmentList client={client} attachments={ongoing.attachments} />
        <AddAttachment consultation={id} inCall />
        {told === 0 && (
          <Button icon={icon.close} data-testid="attach-close" onClick={onClose}>
            {t("common.close")}
          </Button>
        )}
      </section>
    </div>
  );
}

function Head({ ongoing }: { ongoing: Ongoing }) {
  const link = ongoing.links.get(ongoing.me);
  const lost = client.call.lostSince.value !== null;
  const word = linkInCall(lost, link, client.call.caps.value?.rung);
  return (
    <header class="talk-head cloth">
      <span class="digits" data-testid="timer">
        <Icon of={icon.clock} /> {duration((seconds.value, now()) - ongoing.since)}
      </span>
      <OwnLink connection={client.connection} word={word} />
    </header>
  );
}

/** A banner during an outage, ours or the other side's: what happens automatically, and what the user may do. */
function OutageBanner({ ongoing }: { ongoing: Ongoing }) {
  const since = client.call.lostSince.value;
  if (since === null && (ongoing.rings || ongoing.may.has("ring_again"))) return <DoctorAbsent ongoing={ongoing} />;
  const gone = ongoing.members.filter(({ member, state }) => member !== ongoing.me && state === "lost");
  if (since === null && !gone.length) return null;
  const lost_ms = since === null ? 0 : Math.max(0, (seconds.value, now()) - since);
  return (
    <Banner
      tone="bad"
      icon={icon.linkOff}
      data-testid={since === null ? "far-outage" : "outage"}
      {...{ "data-seconds": Math.floor(lost_ms / 1000) }}
    >
      <strong>
        {since === null
          ? t("kiosk.talk.far_lost", { name: gone[0]?.name ?? "" })
          : t("common.lost_for", { time: duration(lost_ms) })}
      </strong>
      <p>{t(lost_ms > PHONE_AFTER_MS ? "kiosk.talk.use_phone" : "kiosk.talk.place_held")}</p>
    </Banner>
  );
}

function Controls({ ongoing }: { ongoing: Ongoing }) {
  const phone = ongoing.members.find((member) => member.holds)?.place.phone;
  return (
    <div class="controls">
      <PlaySoundButton client={client} />
      <MuteButton client={client} />
      <CameraButton client={client} />
      <ChatButton client={client} />
      <SpeakInCallButton />
      {phone && <Telephone number={phone} />}
      <Button
        kind="danger"
        class="apart"
        icon={icon.hangUp}
        data-testid="hangup"
        onClick={() => (leaving.value = true)}
      >
        {t("common.leave")}
      </Button>
      {leaving.value && <LeaveDialog />}
    </div>
  );
}

/** The patient's language, as the form told it. */
function languageOf({ id, record }: Ongoing): Language | null {
  return (record?.intake ?? client.post.intakeOf(id))?.language ?? null;
}

/** A dialog before the call is left, because a call is left only by a confirmed act. */
function LeaveDialog() {
  const stay = () => (leaving.value = false);
  const leave = () => {
    stay();
    client.consultation.leave();
  };
  return (
    <Dialog
      title={t("kiosk.leave.sure")}
      onClose={stay}
      data-testid="leave-dialog"
      actions={
        <>
          <Button onClick={stay}>{t("kiosk.leave.stay")}</Button>
          <Button kind="danger" icon={icon.hangUp} data-testid="hangup-yes" onClick={leave}>
            {t("common.leave")}
          </Button>
        </>
      }
    >
      <p>{t("kiosk.leave.more")}</p>
    </Dialog>
  );
}

/** Plays two notes when somebody answers and at each new piece of advice, because the nurse looks at the patient. */
function useChime(count: number): void {
  const heard = useRef(-1);
  useEffect(() => {
    if (count > heard.current) void testTone();
    heard.current = count;
  }, [count]);
}

/** An outage after which the nurse is better served by the telephone. */
const PHONE_AFTER_MS = 45_000;
