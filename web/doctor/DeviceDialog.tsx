/** The dialog for the device check, and for choosing another microphone or camera, also during a call. */

import { useEffect } from "preact/hooks";
import { type Client, testTone } from "../client/index.ts";
import { useBlackCamera } from "../ui/black-camera.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { LevelMeter } from "../ui/LevelMeter.tsx";
import { MicSentence, useMicProof } from "../ui/MicProof.tsx";
import "./texts.ts";

export function DeviceDialog({ client, onClose }: { client: Client; onClose: () => void }) {
  const { mic, camera, micLevel } = client.devices;
  const proof = useMicProof(client);
  const isBlack = useBlackCamera(client);
  useEffect(() => {
    const inCall = () => client.call.state.peek().at !== "idle";
    if (!inCall()) void client.devices.open({ camera: true });
    return () => inCall() || client.devices.close();
  }, []);
  return (
    <Dialog
      title={t("doctor.devices")}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t("common.close")}</Button>}
    >
      <DeviceList client={client} kind="audioinput" />
      <p class="small" data-testid="check-mic" data-state={proof ?? mic.value}>
        <MicSentence client={client} proof={proof} />
      </p>
      <LevelMeter level={micLevel} label={t("doctor.microphone")} />
      <DeviceList client={client} kind="videoinput" />
      <p class="small" data-testid="check-camera" data-state={camera.value}>
        {t(isBlack ? "client.camera.black" : `client.camera.${camera.value}`)}
      </p>
      <div class="try">
        <Button icon={icon.speaker} data-testid="check-speaker" onClick={() => void testTone()}>
          {t("doctor.play")}
        </Button>
        <p class="digits" data-testid="check-network">
          {t("doctor.rtt", { ms: client.connection.rttMs.value ?? "–" })}
        </p>
      </div>
    </Dialog>
  );
}

function DeviceList({ client, kind }: { client: Client; kind: "audioinput" | "videoinput" }) {
  const audio = kind === "audioinput";
  const devices = client.devices.inputs.value.filter((device) => device.kind === kind);
  const track = (audio ? client.devices.micTrack : client.devices.cameraTrack).value;
  const choose = (id: string) => {
    const chosen = devices.find(({ deviceId }) => deviceId === id);
    if (chosen) void client.devices.choose(chosen);
  };
  return (
    <label class="field">
      <strong>{t(audio ? "doctor.microphone" : "doctor.camera")}</strong>
      <select value={track?.getSettings().deviceId} onChange={(event) => choose(event.currentTarget.value)}>
        {devices.map(({ deviceId, label }, i) => (
          <option key={deviceId} value={deviceId}>
            {label || `${t(audio ? "doctor.microphone" : "doctor.camera")} ${i + 1}`}
          </option>
        ))}
      </select>
    </label>
  );
}
