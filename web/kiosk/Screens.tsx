/**
 * The screens of the enrolled kiosk. A running consultation comes before a request, and a request before a chosen
 * screen.
 */

import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { testTone } from "../client/index.ts";
import { keepInside } from "../ui/back.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { Toasts } from "../ui/Toast.tsx";
import { BackButton } from "./BackButton.tsx";
import { Bar } from "./Bar.tsx";
import { CaseList, CaseScreen, ExamineScreen, UnderWay } from "./cases/later.ts";
import { EndDialog } from "./DoctorAbsent.tsx";
import { DeviceCheck } from "./DeviceCheck.tsx";
import { Ended } from "./Ended.tsx";
import { referrals } from "./evacuation/known.ts";
import { EvacuationDoor, Evacuations } from "./evacuation/later.ts";
import { FormScreen } from "./FormScreen.tsx";
import { History } from "./History.tsx";
import { Home } from "./Home.tsx";
import { client, leaving, queue } from "./kiosk.ts";
import { screen, type Screen } from "./shell.ts";
import { Specialities } from "./Specialities.tsx";
import { StockScreen } from "./stock/later.ts";
import { Call } from "./Call.tsx";
import { Wait } from "./Wait.tsx";

/** The time that a first visit has for the voice. */
const BESIDE_A_VOICE_MS = 4000;

const Outgoing = lazy(async () => (await import("./Outgoing.tsx")).Outgoing);

/** Goes on with what was being sent when the page was closed. */
void queue.loaded.then(() => {
  const kinds = new Set(queue.items.peek().map(({ kind }) => kind));
  if (kinds.has("attachment")) void import("./attachments.ts");
  if (kinds.has("consent")) void import("./consent/answers.ts");
  if (kinds.has("referral")) void import("./evacuation/parts.ts");
  if (kinds.has("dispensed")) void import("./prescriptions/dispensing.ts");
  if (kinds.has("proposal")) void import("./nearest/proposals.ts");
});

/** Follows with a photo that had not left before the end of its consultation: at the start, and whenever one ends. */
const followPhoto = async () => void ((await client.drafts.load("photo")) && (await import("./unsent-photo.ts")));
effect(() => void (client.consultation.ended.value, followPhoto().catch(() => undefined)));

/** Shows the kept list of cases: at once where the files are on the device; on a first visit the link is the voice's. */
const loadCopies = () => void import("./cases/kept/copies.ts").catch(() => undefined);
setTimeout(loadCopies, navigator.serviceWorker?.controller ? 0 : BESIDE_A_VOICE_MS);

/** Back asks before it leaves a call, leads home from a chosen screen, and else stays. */
keepInside(
  () => {
    const { current, ended } = client.consultation;
    if (current.value) leaving.value = true;
    else if (ended.value) client.consultation.forget();
    else if (!client.post.pending.value) screen.value = before(screen.value);
  },
  () => client.consultation.current.value !== null,
);

/** The screen to which "back" leads. */
function before(shown: Screen): Screen {
  if (shown.at === "examine") return { at: "case", id: shown.id };
  return { at: shown.at === "case" ? "cases" : "home" };
}

export function Screens() {
  useScreenChange();
  const { current, ended, left } = client.consultation;
  if (current.value && current.value.id !== left.value) return <Call ongoing={current.value} />;
  return (
    <>
      <Bar />
      {ended.value?.deferred ? (
        <UnderWay id={ended.value.id} onLeave={() => client.consultation.forget()} />
      ) : ended.value ? <Ended /> : client.post.pending.value ? <Wait /> : <Chosen />}
      <Toasts />
    </>
  );
}

/** Scrolls each new screen to its top and focuses its heading, for screen readers. */
function useScreenChange(): void {
  const { current, ended } = client.consultation;
  const shown = `${screen.value.at} ${!!current.value} ${!!ended.value} ${!!client.post.pending.value}`;
  useEffect(() => {
    scrollTo(0, 0);
    const heading = document.querySelector("h1");
    if (heading) heading.tabIndex = -1;
    heading?.focus({ preventScroll: true });
  }, [shown]);
}

function Chosen() {
  const shown = screen.value;
  switch (shown.at) {
    case "speciality":
      return <Specialities />;
    case "check":
      return <DeviceCheck />;
    case "history":
      return <History />;
    case "stock":
      return <StockScreen back={<BackButton />} />;
    case "evacuations":
      return <Evacuations />;
    case "cases":
      return <CaseList />;
    case "case":
      return <CaseScreen id={shown.id} />;
    case "examine":
      return <ExamineScreen id={shown.id} />;
    case "filed":
      return <UnderWay id={shown.id} />;
    case "form":
      return <FormScreen kind={shown.kind} speciality={shown.speciality} />;
    default:
      return (
        <Home>
          <RejoinBanner />
          {referrals.value.length > 0 && <EvacuationDoor />}
          <Outgoing />
        </Home>
      );
  }
}

/** A banner that leads back into a consultation that was left by choice, or ends it. */
function RejoinBanner() {
  const [ending, setEnding] = useState(false);
  const { left, owed, calledBack } = client.consultation;
  useEffect(() => {
    if (calledBack.value) void testTone();
  }, [calledBack.value]);
  if (!left.value) return null;
  const here = owed.value?.members.some(({ holds, state }) => holds && state === "here");
  return (
    <Banner
      tone="warn"
      icon={icon.phone}
      data-testid="left"
      actions={
        <div class="actions">
          <Button kind="go" icon={icon.phone} data-testid="rejoin" onClick={() => client.consultation.rejoin()}>
            {t("common.rejoin")}
          </Button>
          <Button icon={icon.close} data-testid="end" onClick={() => setEnding(true)}>
            {t("kiosk.again.end")}
          </Button>
        </div>
      }
    >
      {calledBack.value
        ? t("kiosk.talk.called_back", { name: calledBack.value })
        : t(here ? "kiosk.talk.still_on" : "kiosk.talk.not_over")}
      {ending && <EndDialog onClose={() => setEnding(false)} />}
    </Banner>
  );
}
