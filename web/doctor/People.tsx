/** The tiles of all members, with the figures of their links, and our own. */

import type { MemberLink } from "../protocol/messages.ts";
import { bitrate, number, t } from "../ui/i18n.ts";
import { LinkBadge } from "../ui/LinkBadge.tsx";
import { linkFromFigures } from "../ui/link-quality.ts";
import { MemberTile, SelfTile } from "../ui/MemberTile.tsx";
import { CloserLook } from "./closer/later.ts";
import type { CallProps } from "./props.ts";

export function People({ client, ongoing }: CallProps) {
  const others = ongoing.members.filter(({ member, state }) => member !== ongoing.me && state !== "left");
  return (
    <div class="people" data-count={others.length}>
      {others.map((member) => (
        <MemberTile key={member.member} client={client} member={member} over={CloserLook}>
          {member.state === "here" && <Figures link={ongoing.links.get(member.member)} />}
        </MemberTile>
      ))}
      {others.length === 0 && <p class="alone">{t("doctor.alone")}</p>}
      <SelfTile client={client} sent />
    </div>
  );
}

function Figures({ link }: { link: MemberLink | undefined }) {
  if (!link) return null;
  return (
    <span class="figures">
      <LinkBadge word={linkFromFigures(link)} />
      <span class="digits">{figures(link)}</span>
    </span>
  );
}

const figures = ({ rtt_ms, up, down }: MemberLink): string =>
  t("doctor.figures", {
    rtt: rtt_ms ?? "–",
    loss: number(Math.max(up.loss, down.loss) * 100, 1),
    up: bitrate(up.bps),
    down: bitrate(down.bps),
  });
