//! What everybody does in a call: be heard, be seen, and hear in spite of the browser.

import type { Client } from "../client/index.ts";
import { Button } from "./Button.tsx";
import { t } from "./i18n.ts";
import * as icon from "./icons.ts";

interface Props {
  client: Client;
}

export function Mute({ client }: Props) {
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

export function Camera({ client }: Props) {
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

/** The browser lets nothing sound before somebody touches the page: any touch will do. */
export function Hear({ client }: Props) {
  if (!client.speaker.blocked.value) return null;
  return (
    <Button kind="primary" icon={icon.speaker} data-testid="hear">
      {t("common.hear")}
    </Button>
  );
}
