//! Who is not heard in a call, on either side, and what to do about it. Comes with the call: no first screen needs it.

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

learn(french);

export interface VoicesProps {
  client: Client;
  ongoing: Ongoing;
  /** Opens the choice of devices, where the page has one. */
  onDevices?: () => void;
}

/** Our own trouble comes first, and one at a time: it explains the rest. */
export function Voices(props: VoicesProps) {
  return (
    <>
      <Own {...props} />
      <Others {...props} />
    </>
  );
}

function Own({ client, ongoing, onDevices }: VoicesProps) {
  const { devices, call } = client;
  const mic = devices.mic.value;
  const outage = call.lostSince.value !== null;
  if (mic === "muted") return <Muted client={client} />;
  if (mic !== "on" && mic !== "off")
    return (
      <Unheard soft={mic === "asking"} what={`client.mic.${mic}`}>
        {RETRIABLE.has(mic) && (
          <Button onClick={() => void devices.open({ camera: false })}>{t("common.retry")}</Button>
        )}
      </Unheard>
    );
  if (call.mic.value === "dead")
    return (
      <Unheard what={devices.silenced.value ? "client.mic.silenced" : "client.mic.dead"}>
        <Another client={client} {...(onDevices && { onDevices })} />
      </Unheard>
    );
  if (outage) return null;
  if (call.unheard.value) return <Unheard what="client.voice.repairing" />;
  const missed = ongoing.members.find(({ member }) => call.deafTo.value.includes(member));
  return missed ? (
    <Trouble id="deaf" title={t("client.voice.deaf", { name: missed.name })} what="client.voice.repairing" />
  ) : null;
}

const RETRIABLE: ReadonlySet<DeviceState> = new Set(["refused", "missing", "in_use", "unplugged", "failed"]);

interface UnheardProps {
  what: Key;
  /** A question is open, nothing is broken. */
  soft?: boolean;
  children?: preact.ComponentChildren;
}

const Unheard = ({ what, soft, children }: UnheardProps) => (
  <Trouble id="mic-state" title={soft ? null : t("client.voice.unheard")} what={what}>
    {children}
  </Trouble>
);

function Trouble({ id, title, what, children }: { id: string; title: string | null } & UnheardProps) {
  return (
    <Banner tone={title ? "bad" : "warn"} icon={icon.micOff} data-testid={id} actions={children}>
      {title && <strong>{title}</strong>}
      <p>{t(what)}</p>
    </Banner>
  );
}

/** The choice where there is one; else the next microphone, or the same one anew. */
function Another({ client, onDevices }: { client: Client; onDevices?: () => void }) {
  const several = client.devices.inputs.value.filter(({ kind }) => kind === "audioinput").length > 1;
  if (several && onDevices) return <Button onClick={onDevices}>{t("client.mic.choose")}</Button>;
  return (
    <Button kind="primary" data-testid="another-mic" onClick={() => void client.devices.anotherMic()}>
      {t(several ? "client.mic.another" : "common.retry")}
    </Button>
  );
}

/** One who speaks in spite of it has forgotten it. A copy of the track listens, here only: nothing of it is sent. */
function Muted({ client }: { client: Client }) {
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

/** Of those who are there: who is cut off altogether is told by the outage. */
function Others({ client, ongoing }: VoicesProps) {
  if (client.call.lostSince.value !== null) return null;
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
