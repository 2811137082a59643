//! The tiles: the others, seen or at least heard, with the figures of their link; and oneself.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Client, levelOf } from "../client/index.ts";
import type { Member, MemberLink } from "../protocol/messages.ts";
import { bitrate, number, t } from "../ui/i18n.ts";
import { LinkBadge } from "../ui/LinkBadge.tsx";
import { linkFromFigures } from "../ui/link.ts";
import { Tile } from "../ui/Tile.tsx";
import type { CallProps } from "./Call.tsx";

export function People({ client, ongoing }: CallProps) {
  const others = ongoing.members.filter(({ member, state }) => member !== ongoing.me && state !== "left");
  return (
    <div class="people" data-count={others.length}>
      {others.map((member) => (
        <Person key={member.member} client={client} member={member} link={ongoing.links.get(member.member)} />
      ))}
      {others.length === 0 && <p class="alone">{t("doctor.alone")}</p>}
      <Self client={client} />
    </div>
  );
}

interface PersonProps {
  client: Client;
  member: Member;
  link: MemberLink | undefined;
}

function Person({ client, member: { member, name, place, state }, link }: PersonProps) {
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
      <span>{state === "here" ? place.name !== name && place.name : t(`common.member.${state}`)}</span>
      {state === "here" && link && (
        <span class="figures">
          <LinkBadge word={linkFromFigures(link)} />
          <span class="digits">{figures(link)}</span>
        </span>
      )}
    </Tile>
  );
}

function Self({ client }: { client: Client }) {
  const { cameraTrack, micLevel } = client.devices;
  const track = cameraTrack.value;
  const own = useMemo(() => (track ? new MediaStream([track]) : null), [track]);
  const unseen = own && !client.call.sendingVideo.value;
  return (
    <Tile name={t("doctor.you")} class="self" video={own} level={micLevel} mirrored data-testid="self">
      {t(unseen ? "doctor.you_unseen" : "doctor.you")}
    </Tile>
  );
}

const figures = ({ rtt_ms, up, down }: MemberLink): string =>
  t("doctor.figures", {
    rtt: rtt_ms ?? "–",
    loss: number(Math.max(up.loss, down.loss) * 100, 1),
    up: bitrate(up.bps),
    down: bitrate(down.bps),
  });
