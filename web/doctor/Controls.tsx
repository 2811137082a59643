/** The controls of a call: microphone, camera, photo, inviting, devices, leaving and closing, and the dialogs that they open. */

import type { Client } from "../client/index.ts";
import { Button } from "../ui/Button.tsx";
import { Banner } from "../ui/Banner.tsx";
import { ChatButton } from "../ui/chat/later.ts";
import { CameraButton, MuteButton, PlaySoundButton } from "../ui/CallButtons.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { toast } from "../ui/Toast.tsx";
import type { AdviceDraft, CallProps } from "./props.ts";
import { DeviceDialog } from "./DeviceDialog.tsx";
import { CloseDialog } from "./CloseDialog.tsx";
import { Invite } from "./Invite.tsx";
import { LeaveDialog } from "./LeaveDialog.tsx";
import type { Evacuating } from "./evacuation/kept-evacuation.ts";
import type { Prescribing } from "./prescription/kept-prescription.ts";

/** The dialogs of a call. */
export type CallDialog = "invite" | "devices" | "finish" | "leave";

type ControlsProps = CallProps & { onOpen: (dialog: CallDialog) => void };

/** The bar of round buttons below the call. */
export function Controls({ client, ongoing, onOpen }: ControlsProps) {
  const directs = ongoing.may.has("direct");
  return (
    <div class="controls" role="toolbar" aria-label={t("doctor.call")}>
      <PlaySoundButton client={client} />
      <MuteButton client={client} />
      <CameraButton client={client} />
      {directs && <AskPhotoButton client={client} ongoing={ongoing} />}
      <ChatButton client={client} />
      {directs && (
        <Button icon={icon.people} data-testid="invite" onClick={() => onOpen("invite")}>
          {t("doctor.invite")}
        </Button>
      )}
      <Button icon={icon.tools} data-testid="devices" onClick={() => onOpen("devices")}>
        {t("doctor.devices_short")}
      </Button>
      <Button class="apart" icon={icon.hangUp} data-testid="hangup" onClick={() => onOpen("leave")}>
        {t("common.leave")}
      </Button>
      {directs && (
        <Button kind="primary" icon={icon.check} data-testid="close" onClick={() => onOpen("finish")}>
          {t("doctor.finish")}
        </Button>
      )}
    </div>
  );
}

function AskPhotoButton({ client, ongoing }: CallProps) {
  const waiting = ongoing.photos.some(({ file }) => file === null);
  const ask = () => client.consultation.askPhoto() || toast(t("doctor.photo.offline"));
  return (
    <Button icon={icon.photo} disabled={waiting} title={t("doctor.photo.ask")} data-testid="ask-photo" onClick={ask}>
      {t(waiting ? "doctor.photo.waits" : "doctor.photo.button")}
    </Button>
  );
}

/** A message about a closing that is not sent yet. */
export function FinishingBanner({ client }: { client: Client }) {
  const finishing = [...client.outbox.items.value.values()].some(({ message }) => message.type === "close");
  return finishing ? <Banner tone="warn">{t("doctor.finishing")}</Banner> : null;
}

type CallDialogsProps = CallProps & {
  open: CallDialog | null;
  /** The advice that is being written. */
  draft: AdviceDraft;
  /** The prescription that is being written. */
  prescribing: Prescribing;
  /** The evacuation that is being prepared. */
  evacuating: Evacuating;
  /** True if an evacuation was asked for and not cancelled. */
  referred: boolean;
  onClose: () => void;
};

/** The dialog that is open. */
export function CallDialogs({ open, draft, referred, ...rest }: CallDialogsProps) {
  const { client, ongoing, onClose } = rest;
  if (open === "invite") return <Invite client={client} ongoing={ongoing} onClose={onClose} />;
  if (open === "devices") return <DeviceDialog client={client} onClose={onClose} />;
  if (open === "finish") return <CloseDialog {...rest} draft={draft} referred={referred} />;
  if (open === "leave") return <LeaveDialog {...rest} />;
  return null;
}
