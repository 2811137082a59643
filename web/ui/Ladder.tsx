/**
 * The rung of the media ladder (video, pictures or voice), the data used so far, and the choice to stay with the
 * voice.
 */

import { useRef } from "preact/hooks";
import { type Client, now, type Ongoing } from "../client/index.ts";
import { Button } from "./Button.tsx";
import { tenMinutes, type Used } from "./data-cost.ts";
import { bytes, t } from "./i18n.ts";
import * as icon from "./icons.ts";
import { Icon } from "./Icon.tsx";
import { withoutPath } from "./without-path.ts";

export function Ladder({ client, ongoing }: { client: Client; ongoing: Ongoing }) {
  const rung = client.call.caps.value?.rung;
  const chosen = client.call.voiceOnly.value;
  const pictures = rung === "video" || rung === "pictures";
  const link = ongoing.links.get(ongoing.me);
  const used: Used = { at: now(), bytes: link ? link.up.total_bytes + link.down.total_bytes : 0 };
  const first = useRef<Used | null>(null);
  if (link && !(used.bytes >= (first.current?.bytes ?? Infinity))) first.current = used;
  const price = first.current && tenMinutes(first.current, used);
  return (
    <div class="ladder" data-testid="rung" data-rung={rung}>
      {rung && isHeard(client, ongoing) && (
        <p role="status" data-testid="rung-what">
          <strong>{t(`common.rung.${rung}`)}</strong>{" "}
          {t(chosen ? "common.rung.by_choice" : `common.rung.${rung}.what`)}
        </p>
      )}
      <span class="digits" title={t("common.data")} data-testid="data-used">
        <Icon of={icon.data} /> <span class="unseen">{t("common.data")}</span>
        {bytes(used.bytes)}
        {price !== null && ` ${t("common.data_ten", { size: bytes(price) })}`}
      </span>
      {(pictures || chosen) && (
        <Button
          kind="bare"
          aria-pressed={chosen}
          data-testid="stay-voice"
          onClick={() => client.call.setVoiceOnly(!chosen)}
        >
          {t(chosen ? "common.leave_voice" : "common.stay_voice")}
        </Button>
      )}
    </div>
  );
}

/**
 * True if a voice passes as far as this page knows. The rung is the server's last word, which is old during an outage, and is
 * not about people who are away.
 */
function isHeard({ call }: Client, ongoing: Ongoing): boolean {
  const { members, me } = ongoing;
  const isApart = call.lostSince.value !== null || withoutPath(ongoing).includes(me);
  const silent = isApart || call.unheard.value || call.deafTo.value.length > 0;
  return !silent && members.some(({ member, state }) => member !== me && state === "here");
}
