/** The doctor of the call is not there: what is so, and what the post may do. The server says when it is shown (`may`). */

import { useState } from "preact/hooks";
import { now, type Ongoing, ringing, seconds } from "../client/index.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { timeOfDay } from "../ui/dates.ts";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { client } from "./kiosk.ts";

export function DoctorAbsent({ ongoing }: { ongoing: Ongoing }) {
  const [ending, setEnding] = useState(false);
  const { rings, may, postponed } = ongoing;
  return (
    <Banner
      tone={postponed ? "info" : "bad"}
      icon={postponed ? icon.clock : icon.linkOff}
      data-testid={postponed ? "on-hold" : rings ? "rings-again" : "far-outage"}
      {...{ "data-why": rings?.why, "data-rung": rings?.wait.rung }}
      actions={
        <div class="actions">
          {may.has("ring_again") && (
            <Button kind="go" icon={icon.phone} data-testid="call-again" onClick={() => client.consultation.callAgain()}>
              {t("kiosk.again.call")}
            </Button>
          )}
          {may.has("cancel") && (
            <Button icon={icon.close} data-testid="end" onClick={() => setEnding(true)}>
              {t("kiosk.again.end")}
            </Button>
          )}
        </div>
      }
    >
      <strong>{whatHappened(ongoing)}</strong>
      <p>{whatIsDone(ongoing)}</p>
      {ending && <EndDialog onClose={() => setEnding(false)} />}
    </Banner>
  );
}

/** A dialog before the consultation ends for both sides. */
export function EndDialog({ onClose }: { onClose: () => void }) {
  const end = () => {
    client.consultation.end();
    onClose();
  };
  return (
    <Dialog
      title={t("kiosk.again.end_sure")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("kiosk.again.wait")}</Button>
          <Button kind="danger" data-testid="end-yes" onClick={end}>
            {t("kiosk.again.end")}
          </Button>
        </>
      }
    >
      <p>{t("kiosk.again.end_more")}</p>
    </Dialog>
  );
}

function whatHappened({ rings, members, postponed }: Ongoing): string {
  if (postponed) {
    const time = timeOfDay(wallNow() + postponed.until - now());
    return postponed.by ? t("kiosk.again.held", { by: postponed.by, time }) : t("kiosk.again.called_back", { time });
  }
  const holder = members.find(({ holds }) => holds);
  const by = rings?.by ?? holder?.name ?? "";
  if (rings) return t(`kiosk.again.${rings.why}`, { by });
  return t(holder?.state === "left" ? "kiosk.again.left" : "kiosk.talk.far_lost", { name: by });
}

function whatIsDone({ rings, postponed }: Ongoing): string {
  if (postponed) return t("kiosk.again.held_more");
  if (!rings) return t("kiosk.again.soon");
  const waited = duration(Math.max(0, (seconds.value, now()) - rings.wait.since));
  return `${t(`kiosk.wait.${ringing(rings.wait)}`)} ${t("kiosk.wait.since", { time: waited })}. ${t("kiosk.again.or_wait")}`;
}
