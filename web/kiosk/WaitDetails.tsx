/** What is known of a wait: who rings and why, how long others waited, and the pause until the post is called back. */

import { now, type WaitState } from "../client/index.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { RungDoctor } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { timeOfDay } from "../ui/dates.ts";
import { duration, learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import french from "../ui/texts/fr.json?meanwhile";
import { client } from "./kiosk.ts";

learn(french);

export function WaitDetails({ wait }: { wait: WaitState }) {
  const { who, estimate, postponedUntil } = wait;
  return (
    <div data-testid="wait-details">
      {postponedUntil !== null && (
        <Banner
          tone="info"
          icon={icon.clock}
          data-testid="called-back"
          actions={
            <Button kind="go" icon={icon.phone} data-testid="ring-now" onClick={() => client.post.ringNow()}>
              {t("kiosk.wait_more.now")}
            </Button>
          }
        >
          <strong>{t("kiosk.wait_more.called_back", { time: timeOfDay(wallNow() + postponedUntil - now()) })}</strong>
          <p>{t("kiosk.wait_more.called_back_more")}</p>
        </Banner>
      )}
      {who && who.now.length > 0 && <p data-testid="rings-at">{t("kiosk.wait_more.rings", { names: names(who.now) })}</p>}
      {who && who.next.length > 0 && <p class="soft">{t("kiosk.wait_more.next", { names: names(who.next) })}</p>}
      <p data-testid="estimate" data-count={estimate?.count ?? 0}>
        {estimate
          ? t("kiosk.wait_more.estimate", {
              count: estimate.count,
              hours: estimate.hours,
              median: duration(estimate.median_ms),
              bad: duration(estimate.bad_ms),
            })
          : t("kiosk.wait_more.no_estimate")}
      </p>
      {postponedUntil === null && (
        <div class="actions" role="group" aria-label={t("kiosk.wait_more.call_back")}>
          {MINUTES.map((n) => (
            <Button key={n} icon={icon.clock} data-testid={`call-back-${n}`} onClick={() => client.post.callBack(n * 60_000)}>
              {t("kiosk.wait_more.call_back_in", { n })}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

function names(doctors: RungDoctor[]): string {
  return doctors.map((doctor) => `${doctor.name} (${[doctor.place, ...reasons(doctor)].join(", ")})`).join(" ; ");
}

function reasons({ level, prefers = [] }: RungDoctor): string[] {
  const why = prefers.map((one) => {
    if (typeof one === "string") return t(`kiosk.wait_more.${one}`);
    if ("language" in one) return t("kiosk.wait_more.language", { language: t(`common.lang.${one.language}`) });
    return t("kiosk.wait_more.followed");
  });
  return [...(level ? [t(`kiosk.wait_more.${level}`)] : []), ...why];
}

const MINUTES = [10, 30];
