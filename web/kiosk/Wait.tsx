/**
 * The waiting screen: where the request stands, who is being rung, and the time until the next step. It promises
 * nothing.
 */

import { useEffect, useState } from "preact/hooks";
import { now, type PendingRequest, ringing, seconds, type WaitState } from "../client/index.ts";
import type { Step } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { duration, errorText, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { lazy } from "../ui/lazy.tsx";
import { client } from "./kiosk.ts";
import { DeferOffer } from "./cases/later.ts";
import { MicrophoneLine } from "./DeviceCheck.tsx";
import { addAttachment, meanwhile, waitDetails } from "./later.ts";
import { fallback } from "./shell.ts";
import { NearestButton } from "./nearest/later.ts";
import { EscalationClock } from "./EscalationClock.tsx";
import { SpeakButton } from "./spoken/later.ts";
import { Telephone } from "./Telephone.tsx";

const Meanwhile = lazy(meanwhile);
const AddAttachment = lazy(addAttachment);
const WaitDetails = lazy(waitDetails);

export function Wait() {
  const pending = client.post.pending.value;
  // Opens the microphone now, so that the browser's question does not come when the doctor is there.
  useEffect(() => {
    void client.devices.open({ camera: false });
    return () => client.consultation.current.peek() || client.devices.close();
  }, []);
  if (!pending) return null;
  const { wait } = pending;
  return (
    <main class="wait" data-testid="wait">
      <section class="standing">
        <h1>{t(`common.speciality.${pending.request.speciality}`)}</h1>
        <RequestState pending={pending} />
        {wait?.postponedUntil == null && wait?.step !== "nobody" && <Steps wait={wait} />}
        {pending.state === "waiting" && <DeferOffer pending={pending} />}
        {wait?.step === "nobody" && wait.postponedUntil === null && <NobodyBanner wait={wait} />}
        {wait && <WaitDetails wait={wait} />}
        <Meanwhile request={pending.request} />
        <div class="actions">
          <NearestButton />
        </div>
        {pending.state !== "refused" && <AddAttachment consultation={pending.request.request} />}
        <MicrophoneLine />
        <VoiceReady />
        {pending.state === "refused" && <RetryButton pending={pending} />}
      </section>
      <section class="clock">{wait && <Clock wait={wait} since={pending.since} />}</section>
      <footer class="foot">
        <CancelButton refused={pending.state === "refused"} />
        <SpeakButton language={pending.request.intake.language ?? null} />
        <FallbackTelephone />
      </footer>
    </main>
  );
}

/** Tells that whoever answers will hear us at once. Nobody hears us until then. */
function VoiceReady() {
  const goesOut = client.offersVoice.value && client.devices.mic.value === "on";
  return goesOut ? <p data-testid="voice-ready">{t("kiosk.wait.heard")}</p> : null;
}

/** Tells what is certain: the request is on this tablet, or at the server as well. */
function RequestState({ pending: { state, refusal, kept } }: { pending: PendingRequest }) {
  if (state === "refused")
    return (
      <Banner tone="bad" icon={icon.alert} data-testid="error">
        {errorText(refusal ?? "internal")}
      </Banner>
    );
  if (!kept)
    return (
      <p class="state warn" role="status" data-testid="request-state" data-state="unkept">
        <Icon of={icon.alert} /> {t("kiosk.wait.unkept")}
      </p>
    );
  return (
    <p class="state" role="status" data-testid="request-state" data-state={state}>
      <span class="good">
        <Icon of={icon.check} /> {t("kiosk.wait.saved")}
      </span>
      {state === "waiting" ? (
        <span class="good">
          <Icon of={icon.check} /> {t("kiosk.wait.sent")}
        </span>
      ) : (
        <span class="soft">
          <Icon of={icon.clock} /> {t("kiosk.wait.sending")}
        </span>
      )}
    </p>
  );
}

function Steps({ wait }: { wait: WaitState | null }) {
  const reached = wait ? STEPS.indexOf(wait.step) : -1;
  return (
    <ol class="steps" aria-live="polite">
      {STEPS.slice(0, 3).map((one, index) => (
        <li key={one} class={index < reached ? "passed" : index === reached ? "now" : ""}>
          <strong>{t(`common.step.${one}`)}</strong>
          {wait && index === reached && (
            <span data-testid="who-rings" data-rung={wait.rung}>
              {t(`kiosk.wait.${ringing(wait)}`)}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** The options when everybody was rung and nobody answered; the request stays in the queue. */
function NobodyBanner({ wait }: { wait: WaitState }) {
  const { value: centre } = fallback;
  return (
    <Banner tone="warn" icon={icon.alert} data-testid="nobody">
      <p>
        <strong>{t(wait.rung ? "kiosk.wait.nobody" : "kiosk.wait.no_one")}</strong>
      </p>
      <ul class="options">
        <li>{t("kiosk.wait.keep")}</li>
        <li>
          {t("kiosk.wait.telephone")}
          {centre && <p>{centre.name}</p>}
        </li>
        <li>{t("kiosk.wait.meanwhile")}</li>
      </ul>
    </Banner>
  );
}

/** The telephone of the district's health centre, which can be called at any moment of the wait. */
function FallbackTelephone() {
  const { value: centre } = fallback;
  return centre && <Telephone number={centre.phone} />;
}

function Clock({ wait, since }: { wait: WaitState; since: number }) {
  const waited = Math.max(0, (seconds.value, now()) - since);
  return (
    <>
      <EscalationClock wait={wait} />
      <p class="soft digits">{t("kiosk.wait.since", { time: duration(waited) })}</p>
      <p data-testid="available" data-available={wait.available}>
        <strong>{t("kiosk.wait.available", { n: wait.available })}</strong>
      </p>
      {wait.busy > 0 && <p>{t("kiosk.wait.busy", { n: wait.busy })}</p>}
      <p>{wait.ahead ? t("kiosk.wait.ahead", { n: wait.ahead }) : t("kiosk.wait.first")}</p>
    </>
  );
}

/** Sends a refused request again, so that nothing is typed twice. */
function RetryButton({ pending: { request } }: { pending: PendingRequest }) {
  const { request: _, ...ask } = request;
  const again = () => {
    client.post.cancel();
    void client.post.request(ask);
  };
  return (
    <div class="actions">
      <Button kind="go" icon={icon.phone} data-testid="retry" onClick={again}>
        {t("common.retry")}
      </Button>
    </div>
  );
}

function CancelButton({ refused }: { refused: boolean }) {
  const [asking, setAsking] = useState(false);
  const sure = () => client.post.cancel();
  return (
    <>
      <Button icon={icon.close} data-testid="cancel" onClick={() => (refused ? sure() : setAsking(true))}>
        {t("kiosk.wait.cancel")}
      </Button>
      {asking && (
        <Dialog
          title={t("kiosk.wait.sure")}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button data-testid="cancel-no" onClick={() => setAsking(false)}>
                {t("kiosk.wait.stay")}
              </Button>
              <Button kind="danger" data-testid="cancel-yes" onClick={sure}>
                {t("kiosk.wait.withdraw")}
              </Button>
            </>
          }
        >
          <p>{t("kiosk.wait.sure_more")}</p>
        </Dialog>
      )}
    </>
  );
}

const STEPS: Step[] = ["on_call", "second", "regional", "nobody"];
