/**
 * What a doctor in a call must learn of: the consultation rings again, the post has left, somebody has gone, and a
 * vital emergency that can be taken with one tap.
 */

import { useEffect } from "preact/hooks";
import { Banner } from "../ui/Banner.tsx";
import { useDeparture } from "../ui/departure.ts";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import type { CallProps } from "./props.ts";

export function Interruptions({ client, ongoing }: CallProps) {
  const departed = useDeparture(ongoing);
  return (
    <>
      <HolderAbsent client={client} ongoing={ongoing} />
      <PostLeft client={client} ongoing={ongoing} />
      {departed && (
        <Banner tone="info" icon={icon.hangUp} data-testid="departed">
          {t("common.departed", { name: departed })}
        </Banner>
      )}
      <Emergency client={client} ongoing={ongoing} />
    </>
  );
}

/** The doctor who holds the consultation is not there; another one in the call may take it over. */
function HolderAbsent({ client, ongoing: { rings, may } }: CallProps) {
  if (!rings) return null;
  return (
    <Banner
      tone="warn"
      icon={icon.phone}
      data-testid="rings-again"
      actions={
        may.has("take_over") && (
          <Button kind="go" data-testid="take-over" onClick={() => client.consultation.takeOver()}>
            {t("doctor.take_over")}
          </Button>
        )
      }
    >
      <strong>{t(`doctor.again.${rings.why}`, { by: rings.by ?? "" })}</strong>
    </Banner>
  );
}

/** The post has left by choice. The doctor may call it back, and may write and close without it. */
function PostLeft({ client, ongoing: { members, may } }: CallProps) {
  const post = members.find(({ role }) => role === "kiosk");
  if (post?.state !== "left") return null;
  return (
    <Banner
      tone="warn"
      icon={icon.hangUp}
      data-testid="post-left"
      actions={
        may.has("ring_again") && (
          <Button icon={icon.phone} data-testid="call-back" onClick={() => client.consultation.callAgain()}>
            {t("doctor.call_back")}
          </Button>
        )
      }
    >
      {t("doctor.post_left", { place: post.place.name })}
    </Banner>
  );
}

/** The first vital emergency that waits, quietly: the voices of the call go on. */
function Emergency({ client, ongoing }: CallProps) {
  const row = client.desk.emergencies.value.find(({ entry }) => entry.consultation !== ongoing.id);
  const place = row?.entry.place.name;
  useEffect(() => {
    if (!place) return;
    const still = document.title;
    document.title = `🔔 ${t("doctor.ring_title", { urgency: t("common.urgency.stat"), place })}`;
    return () => void (document.title = still);
  }, [place]);
  if (!row || !place) return null;
  return (
    <Banner
      tone="warn"
      icon={icon.alert}
      data-testid="emergency"
      actions={
        ongoing.may.has("hand_on") && (
          <Button
            kind="go"
            data-testid="hand-on-and-take"
            onClick={() => client.consultation.handOn(row.entry.consultation)}
          >
            {t("doctor.hand_on_and_take")}
          </Button>
        )
      }
    >
      {t("doctor.emergency", { place })}
    </Banner>
  );
}
