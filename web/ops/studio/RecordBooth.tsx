/** Records one sentence: a level meter, a counter to 20 s, listening, and saving. Nothing is sent before "Enregistrer" is pressed. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Devices, now, seconds } from "../../client/index.ts";
import { type Recorded, Recorder, RECORDED_MS } from "../../client/platform/recorder.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { duration, errorText, errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { LevelMeter } from "../../ui/LevelMeter.tsx";
import { save, type Slot } from "./studio.ts";

/** The microphone of this page. */
export const devices = new Devices();

type Step =
  | { at: "ready" }
  | { at: "recording"; recorder: Recorder; since: number }
  | { at: "working" }
  | { at: "recorded"; recorded: Recorded }
  | { at: "saving"; recorded: Recorded }
  | { at: "saved" };

export function RecordBooth({ slot }: { slot: Slot }) {
  const [step, setStep] = useState<Step>({ at: "ready" });
  const [fault, setFault] = useState<string | null>(null);
  const shown = useRef(true);
  useEffect(() => () => void (shown.current = false), []);
  const next = (after: Step) => shown.current && setStep(after);
  const begin = async () => {
    setFault(null);
    await devices.open({ camera: false });
    const track = devices.micTrack.value;
    if (!track || !shown.current) return;
    try {
      const recorder = new Recorder(track);
      setStep({ at: "recording", recorder, since: now() });
      await recorder.over;
      next({ at: "working" });
      next({ at: "recorded", recorded: await recorder.recorded() });
    } catch {
      next({ at: "ready" });
      setFault(errorText("unsupported"));
    }
  };
  const keep = async (recorded: Recorded) => {
    setFault(null);
    setStep({ at: "saving", recorded });
    try {
      await save(slot, recorded.samples);
      next({ at: "saved" });
    } catch (error) {
      next({ at: "recorded", recorded });
      setFault(errorTextOf(error));
    }
  };
  return (
    <div class="booth" data-testid="booth" data-state={step.at}>
      {slot.language !== "fr" && <p>{t("ops.studio.translate", { language: t(`common.lang.${slot.language}`) })}</p>}
      {fault && (
        <Banner tone="warn" icon={icon.alert} data-testid="booth-fault">
          {fault}
        </Banner>
      )}
      <MicrophoneFault />
      {step.at === "recording" && <Running since={step.since} stop={() => step.recorder.stop()} />}
      {step.at === "working" && <p role="status">{t("ops.studio.working")}</p>}
      {(step.at === "recorded" || step.at === "saving") && (
        <Listen recorded={step.recorded} saving={step.at === "saving"} onAgain={() => void begin()} onKeep={() => void keep(step.recorded)} />
      )}
      {step.at === "saved" && (
        <p class="good" role="status" data-testid="booth-saved">
          {t("ops.studio.saved")}
        </p>
      )}
      {(step.at === "ready" || step.at === "saved") && (
        <Button kind={step.at === "ready" ? "primary" : "plain"} icon={icon.mic} data-testid="booth-record" onClick={() => void begin()}>
          {t("ops.studio.record")}
        </Button>
      )}
    </div>
  );
}

/** Tells why there is no microphone. */
function MicrophoneFault() {
  const state = devices.mic.value;
  if (state === "off" || state === "asking" || state === "on" || state === "muted") return null;
  return (
    <Banner tone="bad" icon={icon.micOff} data-testid="booth-mic">
      {t(`client.mic.${state}`)}
    </Banner>
  );
}

function Running({ since, stop }: { since: number; stop: () => void }) {
  const passed = Math.max(0, (seconds.value, now()) - since);
  return (
    <div class="running">
      <LevelMeter level={devices.micLevel} label={t("ops.studio.level")} />
      <p class="digits" role="timer">
        {t("ops.studio.of", { time: duration(passed), most: duration(RECORDED_MS) })}
      </p>
      <Button kind="primary" icon={icon.check} data-testid="booth-stop" onClick={stop}>
        {t("ops.studio.stop")}
      </Button>
    </div>
  );
}

interface ListenProps {
  recorded: Recorded;
  saving: boolean;
  onAgain: () => void;
  onKeep: () => void;
}

/** What was just recorded: it is listened to, and then kept or recorded again. */
function Listen({ recorded, saving, onAgain, onKeep }: ListenProps) {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(recorded.file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [recorded]);
  return (
    <div class="listen">
      {address && <audio controls src={address} data-testid="booth-listen" />}
      <div class="actions">
        <Button icon={icon.mic} disabled={saving} data-testid="booth-again" onClick={onAgain}>
          {t("ops.studio.again")}
        </Button>
        <Button kind="primary" icon={icon.check} disabled={saving} data-testid="booth-keep" onClick={onKeep}>
          {t(saving ? "ops.studio.saving" : "ops.studio.keep")}
        </Button>
      </div>
    </div>
  );
}
