/** The controls of a call: microphone, camera, devices, inviting, leaving and closing. */

import { useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { Button } from "../ui/Button.tsx";
import { Banner } from "../ui/Banner.tsx";
import { CameraButton, MuteButton, PlaySoundButton } from "../ui/CallButtons.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { VoiceAlerts } from "../ui/VoiceAlerts.tsx";
import type { CallProps } from "./props.ts";
import { DeviceDialog } from "./DeviceDialog.tsx";
import { CloseDialog } from "./CloseDialog.tsx";
import { Invite } from "./Invite.tsx";

type Open = "invite" | "devices" | "finish" | null;

/** `unsigned` is true while advice is being written. */
export function Controls({ client, ongoing, unsigned }: CallProps & { unsigned: boolean }) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const holds = ongoing.members.some(({ member, holds }) => member === ongoing.me && holds);
  return (
    <>
      <Messages client={client} />
      <VoiceAlerts client={client} ongoing={ongoing} onDevices={() => setOpen("devices")} />
      <div class="controls" role="toolbar" aria-label={t("doctor.call")}>
        <MuteButton client={client} />
        <CameraButton client={client} />
        <Button
          icon={icon.tools}
          aria-label={t("doctor.devices")}
          data-testid="devices"
          onClick={() => setOpen("devices")}
        />
        {holds && (
          <Button icon={icon.people} data-testid="invite" onClick={() => setOpen("invite")}>
            {t("doctor.invite")}
          </Button>
        )}
        <Button icon={icon.hangUp} data-testid="hangup" onClick={() => client.consultation.leave()}>
          {t("common.leave")}
        </Button>
        {holds && (
          <Button kind="primary" icon={icon.check} data-testid="close" onClick={() => setOpen("finish")}>
            {t("doctor.finish")}
          </Button>
        )}
      </div>
      {open === "invite" && <Invite client={client} ongoing={ongoing} onClose={close} />}
      {open === "devices" && <DeviceDialog client={client} onClose={close} />}
      {open === "finish" && <CloseDialog client={client} ongoing={ongoing} unsigned={unsigned} onClose={close} />}
    </>
  );
}

/** Messages about sound that the browser blocks, and about a closing that is not sent yet. */
function Messages({ client }: { client: Client }) {
  const finishing = [...client.outbox.items.value.values()].some(({ message }) => message.type === "close");
  return (
    <>
      <PlaySoundButton client={client} />
      {finishing && <Banner tone="warn">{t("doctor.finishing")}</Banner>}
    </>
  );
}
