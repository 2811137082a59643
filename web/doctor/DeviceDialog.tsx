//! Another microphone or camera, in the middle of a call.

import type { Client } from "../client/index.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { t } from "../ui/i18n.ts";
import { LevelMeter } from "../ui/LevelMeter.tsx";

export function DeviceDialog({ client, onClose }: { client: Client; onClose: () => void }) {
  const { mic, camera, micLevel } = client.devices;
  return (
    <Dialog
      title={t("doctor.devices")}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t("common.close")}</Button>}
    >
      <DeviceList client={client} kind="audioinput" />
      <p class="small soft">{t(`client.mic.${mic.value}`)}</p>
      <LevelMeter level={micLevel} label={t("doctor.microphone")} />
      <DeviceList client={client} kind="videoinput" />
      <p class="small soft">{t(`client.camera.${camera.value}`)}</p>
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
