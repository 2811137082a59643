/** The doctor's presence: until when the declared availability holds, a reminder of a duty that is not kept, what became of evacuations, and the own appointments. It comes after the first screen. */

import { useEffect } from "preact/hooks";
import { type Client, now } from "../client/index.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import french from "../ui/texts/fr.json?presence";
import { lazy } from "../ui/lazy.tsx";
import { listen, newsBanners } from "./evacuation/desk.ts";
import { Reach } from "./Reach.tsx";

learn(french);

/** The own appointments, which leave the desk some time for itself. They come with few bytes of this file, because it belongs to a first visit. */
const OwnAppointments = lazy(async () => {
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  return (await (await import("./appointments/parts.ts")).loaded()).OwnAppointments;
});

const HOUR_MS = 3_600_000;

/** Only the warnings are shown while somebody waits: the rows need the space, on a telephone above all. */
export function Presence({ client }: { client: Client }) {
  const own = client.desk.presence.value;
  const NewsBanners = newsBanners.value;
  useEffect(() => listen(client.connection), [client]);
  if (!own) return null;
  const waits = client.desk.rows.value.length > 0;
  const duty = own.duties[0];
  const at = (ms: number) => dateAndTime(wallNow() + ms);
  return (
    <div class="presence" data-testid="presence-until" data-by={own.by}>
      {NewsBanners && <NewsBanners />}
      <OwnAppointments client={client} isShort={waits} />
      {duty && own.state === "away" && (
        <Banner tone="bad" icon={icon.alert} data-testid="duty-reminder">
          <strong>{t("doctor.presence.on_duty", { time: at(duty.until_ms) })}</strong>
        </Banner>
      )}
      {own.by === "expired" && (
        <Banner tone="warn" icon={icon.alert} data-testid="presence-expired">
          <strong>{t("doctor.presence.expired")}</strong>
        </Banner>
      )}
      {!waits && own.by === "undeclared" && <p>{t(duty ? "doctor.presence.by_duty" : "doctor.presence.ask")}</p>}
      {!waits && own.by === "declared" && (
        <p class="soft" data-testid="presence-end">
          {own.until === null ? t("doctor.presence.no_end") : t("doctor.presence.until", { time: at(own.until - now()) })}
        </p>
      )}
      {!waits && <Until client={client} />}
      {!waits && <Reach />}
    </div>
  );
}

/** The buttons that say until when the availability holds. An absence without a chosen end ends with the duty, or at the next one. */
function Until({ client }: { client: Client }) {
  const own = client.desk.presence.value;
  if (!own) return null;
  const duty = own.duties[0];
  const choose = (for_ms?: number) => client.desk.setAvailability(own.state, for_ms);
  return (
    <div class="actions" role="group" aria-label={t("doctor.presence.how_long")}>
      <span class="soft" aria-hidden="true">
        {t("doctor.presence.how_long")}
      </span>
      <Button kind="bare" data-testid="until-1h" onClick={() => choose(HOUR_MS)}>
        {t("doctor.presence.hours", { n: 1 })}
      </Button>
      <Button kind="bare" data-testid="until-4h" onClick={() => choose(4 * HOUR_MS)}>
        {t("doctor.presence.hours", { n: 4 })}
      </Button>
      {duty && (
        <Button kind="bare" data-testid="until-duty" onClick={() => choose(Math.max(60_000, duty.until_ms))}>
          {t("doctor.presence.duty_end")}
        </Button>
      )}
      {!(duty && own.state === "away") && (
        <Button kind="bare" data-testid="until-changed" onClick={() => choose()}>
          {t(own.state === "away" ? "doctor.presence.next_duty" : "doctor.presence.changed")}
        </Button>
      )}
    </div>
  );
}
