/** Records a voice note of at most a minute, plays it back, and adds it to the consultation. It needs no network. */

import { useEffect, useMemo } from "preact/hooks";
import { LONGEST_MS, noteName, VoiceRecorder } from "../client/attachments/voice-recorder.ts";
import type { ConsultationId } from "../protocol/messages.ts";
import { Player } from "../ui/attachments/Player.tsx";
import { Button } from "../ui/Button.tsx";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { LevelMeter } from "../ui/LevelMeter.tsx";
import { toast } from "../ui/Toast.tsx";
import { attachments } from "./attachments.ts";
import { client } from "./kiosk.ts";

export function RecordNote({ consultation, onClose }: { consultation: ConsultationId; onClose: () => void }) {
  const recorder = useMemo(() => new VoiceRecorder(client.kept, consultation), [consultation]);
  useEffect(() => {
    void recorder.restore();
    // What is being recorded when the screen goes stays on the device, and is found again.
    return () => recorder.stop();
  }, [recorder]);
  const state = recorder.state.value;
  const note = recorder.note.value;
  const leave = async () => {
    await recorder.forget();
    onClose();
  };
  const send = async () => {
    if (!note) return;
    try {
      await attachments.add(consultation, { ...note, name: "", replaces: noteName(consultation) });
      await leave();
    } catch {
      toast(t("common.attach.device_full"));
    }
  };
  return (
    <section class="recorder" data-testid="record-note" data-state={state} aria-label={t("common.attach.kind.voice_note")}>
      {state === "refused" && <p class="bad">{t("common.attach.no_microphone")}</p>}
      {state === "recording" && <Recording recorder={recorder} />}
      {state === "recorded" && note && <Player bytes={note.bytes as Uint8Array<ArrayBuffer>} />}
      {state === "recorded" && recorder.elapsed_ms.value > 0 && recorder.loudest.value < QUIET && (
        <p class="bad" data-testid="note-quiet">
          {t("common.attach.nothing_heard")}
        </p>
      )}
      <div class="actions">
        {(state === "idle" || state === "refused" || state === "asking") && (
          <Button kind="go" icon={icon.mic} disabled={state === "asking"} data-testid="note-start" onClick={() => void recorder.start()}>
            {t("common.attach.record")}
          </Button>
        )}
        {state === "recorded" && (
          <>
            <Button icon={icon.mic} data-testid="note-again" onClick={() => void recorder.forget().then(() => recorder.start())}>
              {t("common.attach.record_again")}
            </Button>
            <Button kind="go" icon={icon.send} data-testid="note-send" onClick={() => void send()}>
              {t("common.attach.add_note")}
            </Button>
          </>
        )}
        <Button icon={icon.close} data-testid="note-cancel" onClick={() => void leave()}>
          {t("common.cancel")}
        </Button>
      </div>
    </section>
  );
}

/** The level, the time that is left, and the end. */
function Recording({ recorder }: { recorder: VoiceRecorder }) {
  const left_ms = LONGEST_MS - recorder.elapsed_ms.value;
  return (
    <>
      <LevelMeter level={recorder.level} label={t("common.attach.level")} />
      <span class="digits" data-testid="note-elapsed">
        {duration(recorder.elapsed_ms.value)} · {t("common.attach.left", { time: duration(left_ms) })}
      </span>
      <Button kind="primary" icon={icon.check} data-testid="note-stop" onClick={() => recorder.stop()}>
        {t("common.attach.stop")}
      </Button>
    </>
  );
}

/** A level that no voice at a tablet stays below: the meter of a quiet room shows a third of it. */
const QUIET = 0.12;
