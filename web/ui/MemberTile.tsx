/** The tiles of a call: one for each other member, and our own. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, FunctionComponent } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { type Client, levelOf, type Picture } from "../client/index.ts";
import type { Member } from "../protocol/messages.ts";
import { useBlackCamera } from "./black-camera.ts";
import { t } from "./i18n.ts";
import { LevelMeter } from "./LevelMeter.tsx";
import { Tile } from "./Tile.tsx";

interface MemberTileProps {
  client: Client;
  member: Member;
  /** More content under the name. */
  children?: ComponentChildren;
  /** What lies over a slow picture. */
  over?: FunctionComponent<{ picture: Picture }>;
}

/** The tile of another member. */
export function MemberTile({ client, member: { member, name, place, state }, children, over }: MemberTileProps) {
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
      slow={client.call.pictures.of(member)}
      over={over}
      data-testid="tile"
      data-member={member}
      data-state={state}
      data-frames={stats?.framesDecoded ?? 0}
      data-packets={stats?.packetsReceived ?? 0}
      data-audio-level={stats?.audioLevel ?? 0}
    >
      <strong>{name}</strong>
      <span>{state === "here" ? place.name !== name && place.name : t(`common.member.${state}`)}</span>
      {children}
    </Tile>
  );
}

/** Our own tile; `sent` tells that it matters whether the picture leaves the device. */
export function SelfTile({ client, sent }: { client: Client; sent?: boolean }) {
  const { cameraTrack, micLevel } = client.devices;
  const track = cameraTrack.value;
  const own = useMemo(() => (track ? new MediaStream([track]) : null), [track]);
  const { sendingVideo, pictures } = client.call;
  const unseen = sent && own && !sendingVideo.value && !pictures.sending.value;
  return (
    <Tile name={t("common.you")} class="self" video={own} level={micLevel} mirrored data-testid="self">
      {t(unseen ? "common.you_unseen" : "common.you")}
      {useBlackCamera(client) && <em data-testid="camera-black">{t("client.camera.black_short")}</em>}
      <LevelMeter level={micLevel} label={t("client.mic.level")} />
    </Tile>
  );
}
