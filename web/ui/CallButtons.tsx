/** The buttons that every call screen has: mute, camera, and playing sound that the browser blocks. */

import type { Client } from "../client/index.ts";
import { Button } from "./Button.tsx";
import { t } from "./i18n.ts";
import * as icon from "./icons.ts";

interface Props {
  client: Client;
}

export function MuteButton({ client }: Props) {
  const muted = client.devices.mic.value === "muted";
  return (
    <Button
      icon={muted ? icon.micOff : icon.mic}
      class={muted ? "pressed" : ""}
      aria-pressed={muted}
      data-testid="mute"
      onClick={() => client.devices.setMuted(!muted)}
    >
      {t(muted ? "common.unmute" : "common.mute")}
    </Button>
  );
}

export function CameraButton({ client }: Props) {
  const wanted = client.call.cameraWanted.value;
  return (
    <Button
      icon={wanted ? icon.camera : icon.cameraOff}
      aria-pressed={wanted}
      data-testid="camera"
      onClick={() => client.call.setCamera(!wanted)}
    >
      {t(wanted ? "common.camera_off" : "common.camera_on")}
    </Button>
  );
}

/** Shown while the browser blocks sound until the page is touched; a touch anywhere will do. */
export function PlaySoundButton({ client }: Props) {
  if (!client.speaker.blocked.value) return null;
  return (
    <Button kind="primary" icon={icon.speaker} data-testid="hear">
      {t("common.hear")}
    </Button>
  );
}
