//! The tiles of a consultation: the others, seen and heard, and oneself.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { levelOf } from "../client/index.ts";
import type { Member } from "../protocol/messages.ts";
import { t } from "../ui/i18n.ts";
import { Tile } from "../ui/Tile.tsx";
import { client } from "./kiosk.ts";

export function Person({ member: { member, name, place, state } }: { member: Member }) {
  const stream = client.call.streams.value.get(member);
  const stats = client.call.stats.value.get(member);
  const level = useSignal(0);
  const heard = stream?.getAudioTracks().length;
  useEffect(
    () => (stream && heard ? levelOf(stream, (value) => (level.value = value)) : undefined),
    [stream, heard],
  );
  return (
    <Tile
      name={name}
      class={state === "here" ? "other" : "other absent"}
      level={level}
      video={stream && stats?.moving ? stream : null}
      data-testid="tile"
      data-member={member}
      data-state={state}
      data-frames={stats?.framesDecoded ?? 0}
      data-packets={stats?.packetsReceived ?? 0}
      data-audio-level={stats?.audioLevel ?? 0}
    >
      <strong>{name}</strong>
      <span>{state === "here" ? place.name : t(`common.member.${state}`)}</span>
    </Tile>
  );
}

/** `sent`: whether it matters that the picture does not leave the tablet. */
export function Self({ sent }: { sent?: boolean }) {
  const { cameraTrack, micLevel } = client.devices;
  const track = cameraTrack.value;
  const own = useMemo(() => (track ? new MediaStream([track]) : null), [track]);
  const unseen = sent && own && !client.call.sendingVideo.value;
  return (
    <Tile name={t("kiosk.talk.me")} class="self" video={own} level={micLevel} mirrored data-testid="self">
      {t(unseen ? "kiosk.talk.me_unseen" : "kiosk.talk.me")}
    </Tile>
  );
}
