/**
 * Alerts about voices that are not heard, ours or another's, and what to do. They are loaded with the call screen.
 */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Client, DeviceState, Ongoing } from "../client/index.ts";
import { levelOf } from "../client/platform/audio-level.ts";
import { MutedSpeech } from "../client/quality/muted-speech.ts";
import { Banner } from "./Banner.tsx";
import { Button } from "./Button.tsx";
import { type Key, learn, t } from "./i18n.ts";
import * as icon from "./icons.ts";
import french from "./texts/fr.json?call";
import { withoutPath } from "./without-path.ts";

learn(french);

/** The call whose voices are watched. */
export interface VoiceAlertsProps {
  client: Client;
  ongoing: Ongoing;
  /** Opens the choice of devices, if the page has one. */
  onDevices?: () => void;
}

/** All alerts. Our own trouble comes first and one at a time, because it explains the rest. */
export function VoiceAlerts(props: VoiceAlertsProps) {
  return (
    <>
      <OwnVoiceAlert {...props} />
      <MemberVoiceAlerts {...props} />
    </>
  );
}

function OwnVoiceAlert({ client, ongoing, onDevices }: VoiceAlertsProps) {
  const { devices, call } = client;
  const mic = devices.mic.value;
  const outage = call.lostSince.value !== null;
  if (mic === "muted") return <MutedAlert client={client} />;
  if (mic !== "on" && mic !== "off")
    return (
      <UnheardAlert soft={mic === "asking"} what={`client.mic.${mic}`}>
        {RETRIABLE.has(mic) && (
          <Button onClick={() => void devices.open({ camera: false })}>{t("common.retry")}</Button>
        )}
      </UnheardAlert>
    );
  if (call.mic.value === "dead")
    return (
      <UnheardAlert what={devices.silenced.value ? "client.mic.silenced" : "client.mic.dead"}>
        <OtherMicButton client={client} {...(onDevices && { onDevices })} />
      </UnheardAlert>
    );
  if (outage) return null;
  if (withoutPath(ongoing).includes(ongoing.me))
    return <VoiceAlert id="no-path" title={t("client.voice.no_path")} what="client.voice.no_path_what" />;
  if (call.unheard.value) return <UnheardAlert what="client.voice.repairing" />;
  const missed = ongoing.members.find(({ member }) => call.deafTo.value.includes(member));
  return missed ? (
    <VoiceAlert id="deaf" title={t("client.voice.deaf", { name: missed.name })} what="client.voice.repairing" />
  ) : null;
}

const RETRIABLE: ReadonlySet<DeviceState> = new Set(["refused", "missing", "in_use", "unplugged", "failed"]);

interface AlertProps {
  what: Key;
  /** True if the browser is asking a question and nothing is broken. */
  soft?: boolean;
  children?: preact.ComponentChildren;
}

const UnheardAlert = ({ what, soft, children }: AlertProps) => (
  <VoiceAlert id="mic-state" title={soft ? null : t("client.voice.unheard")} what={what}>
    {children}
  </VoiceAlert>
);

function VoiceAlert({ id, title, what, children }: { id: string; title: string | null } & AlertProps) {
  return (
    <Banner tone={title ? "bad" : "warn"} icon={icon.micOff} data-testid={id} actions={children}>
      {title && <strong>{title}</strong>}
      <p>{t(what)}</p>
    </Banner>
  );
}

/**
 * A button for the choice of devices if the page has one, otherwise for the next microphone or the same one again.
 */
function OtherMicButton({ client, onDevices }: { client: Client; onDevices?: () => void }) {
  const several = client.devices.inputs.value.filter(({ kind }) => kind === "audioinput").length > 1;
  if (several && onDevices) return <Button onClick={onDevices}>{t("client.mic.choose")}</Button>;
  return (
    <Button kind="primary" data-testid="another-mic" onClick={() => void client.devices.anotherMic()}>
      {t(several ? "client.mic.another" : "common.retry")}
    </Button>
  );
}

/** An alert while we are muted, stronger if we speak. It listens to a copy of the track, of which nothing is sent. */
function MutedAlert({ client }: { client: Client }) {
  const speaks = useSignal(false);
  const track = client.devices.micTrack.value;
  useEffect(() => {
    if (!track) return;
    const copy = track.clone();
    copy.enabled = true;
    const speech = new MutedSpeech();
    const stop = levelOf(new MediaStream([copy]), (level) => {
      if (speech.update(level)) speaks.value = true;
    });
    return () => {
      stop();
      copy.stop();
    };
  }, [track]);
  return (
    <Banner
      tone={speaks.value ? "bad" : "warn"}
      icon={icon.micOff}
      data-testid="mic-state"
      actions={
        speaks.value && (
          <Button kind="primary" data-testid="speak" onClick={() => client.devices.setMuted(false)}>
            {t("common.unmute")}
          </Button>
        )
      }
    >
      {t(speaks.value ? "client.voice.speaks_muted" : "client.mic.muted")}
    </Banner>
  );
}

/** Alerts about other members who are present; the outage banner tells about those who are cut off. */
function MemberVoiceAlerts({ client, ongoing }: VoiceAlertsProps) {
  const apart = withoutPath(ongoing);
  if (client.call.lostSince.value !== null || apart.includes(ongoing.me)) return null;
  const unreached = ongoing.members.filter(({ member }) => apart.includes(member));
  const troubled = ongoing.members.flatMap(({ member, state, voice, deaf, name }) => {
    const what: Key | null = deaf
      ? "client.voice.far_deaf"
      : voice === "flows"
        ? null
        : (`client.voice.far_${voice}` as const);
    return member !== ongoing.me && state === "here" && what ? [{ member, name, what, voice, deaf }] : [];
  });
  return (
    <>
      {unreached.map(({ member, name }) => (
        <Banner key={member} tone="warn" icon={icon.micOff} data-testid="far-no-path">
          {t("client.voice.far_no_path", { name })}
        </Banner>
      ))}
      {troubled.map(({ member, name, what, voice, deaf }) => (
        <Banner
          key={member}
          tone={voice === "muted" && !deaf ? "info" : "warn"}
          icon={icon.micOff}
          data-testid="far-voice"
          {...{ "data-voice": deaf ? "deaf" : voice }}
        >
          {t(what, { name })}
        </Banner>
      ))}
    </>
  );
}
