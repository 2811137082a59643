/**
 * "De garde, mais pas là": the doctors who are on duty and cannot be reached now, with what was sent to them and the telephone of their
 * hospital, so that the coordinator calls them. It is loaded later, and is not shown while everybody is there.
 */

import type { Absence, Notice } from "../protocol/messages.ts";
import { timeOfDay } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { absences } from "./live.ts";

export function Missing() {
  if (absences.value.length === 0) return null;
  return (
    <section class="gaps" aria-labelledby="missing-title" data-testid="missing">
      <h2 id="missing-title">{t("rota.missing")}</h2>
      <p class="soft">{t("rota.missing.more")}</p>
      <ul>
        {absences.value.map((absence) => (
          <Row key={`${absence.name} ${absence.speciality} ${absence.level}`} absence={absence} />
        ))}
      </ul>
    </section>
  );
}

function Row({ absence }: { absence: Absence }) {
  const { name, place, speciality, level, why, since, until, notices = [] } = absence;
  return (
    <li class="row" data-testid="absent" data-why={why}>
      <p>
        <strong class="warn">
          <Icon of={icon.alert} /> <bdi>{name}</bdi>
        </strong>{" "}
        {t(`rota.missing.${why}`, { time: timeOfDay(since) })}
      </p>
      <p class="small soft">
        {t(`common.speciality.${speciality}`)} · {t(`duty.level.${level}`)} · {t("rota.next.until", { time: timeOfDay(until) })}
      </p>
      {why === "not_connected" && notices.map((notice) => <Sent key={notice.channel} notice={notice} />)}
      {place.phone && (
        <p>
          <a href={`tel:${place.phone.replaceAll(" ", "")}`} data-testid="absent-phone">
            <Icon of={icon.phone} /> <bdi>{place.name}</bdi> <span class="digits">{place.phone}</span>
          </a>
        </p>
      )}
    </li>
  );
}

/** What became of an SMS or an e-mail to the doctor. */
function Sent({ notice }: { notice: Notice }) {
  const { channel, state, trouble, at } = notice;
  const why =
    state === "sent" || state === "dropped"
      ? state
      : state === "waiting" && trouble !== "refused"
        ? (`waiting.${trouble ?? "none"}` as const)
        : (`failed.${trouble ?? "none"}` as const);
  return (
    <p class="small" data-testid={`notice-${channel}`} data-state={state} data-trouble={trouble}>
      {t(`rota.notice.${channel}.${why}`, { time: timeOfDay(at) })}
    </p>
  );
}
