/** What became of a consultation that the doctor left: theirs to finish, taken over by another doctor, or handed on. */

import type { Client, Row } from "../client/index.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { openCase } from "./doctor.ts";
import "./texts.ts";

export function Unfinished({ client }: { client: Client }) {
  const { left, owed, released } = client.consultation;
  if (released.value)
    return (
      <Banner
        tone="info"
        icon={icon.people}
        data-testid="released"
        actions={<Button onClick={() => client.consultation.forget()}>{t("common.ok")}</Button>}
      >
        {released.value.by ? t("doctor.taken_over", { by: released.value.by }) : t("doctor.handed_on")}
      </Banner>
    );
  if (!left.value) return <Closed client={client} />;
  return (
    <Banner
      tone="warn"
      icon={icon.phone}
      actions={
        <Button kind="primary" data-testid="rejoin" onClick={() => client.consultation.rejoin()}>
          {t("common.rejoin")}
        </Button>
      }
    >
      <strong>{t("doctor.left")}</strong>
      <p data-testid="owed">{t(owed.value?.advice.length ? "doctor.owed_end" : "doctor.owed_all")}</p>
    </Banner>
  );
}

/** The outcome of the last consultation. */
function Closed({ client }: { client: Client }) {
  const { ended } = client.consultation;
  if (!ended.value) return null;
  const { disposition, deferred, id } = ended.value;
  if (deferred)
    return (
      <Banner
        tone="info"
        icon={icon.note}
        data-testid="became-case"
        actions={
          <Button
            kind="primary"
            data-testid="became-case-open"
            onClick={() => {
              client.consultation.forget();
              openCase.value = id;
            }}
          >
            {t("doctor.became_case_open")}
          </Button>
        }
      >
        {t("doctor.became_case")}
      </Banner>
    );
  return (
    <Banner
      tone="good"
      icon={icon.check}
      data-testid="closed"
      actions={<Button onClick={() => client.consultation.forget()}>{t("common.ok")}</Button>}
    >
      {disposition
        ? t("doctor.closed_with", { how: t(`common.disposition.${disposition}`) })
        : t("doctor.closed")}
    </Banner>
  );
}

/** The line of a row in the queue that was taken before and rings again. */
export function AgainLine({ row: { owed, entry } }: { row: Row }) {
  const { again } = entry;
  if (!again) return null;
  return (
    <p class="warn" data-testid="again" data-owed={owed}>
      {owed
        ? t(again.advice ? "doctor.owed_end" : "doctor.owed_all")
        : t(`doctor.again.${again.why}`, { by: again.by })}
    </p>
  );
}

/** An invitation into a running consultation. */
export function InvitationBanner({ client }: { client: Client }) {
  const invitation = client.desk.invitation.value;
  if (!invitation) return null;
  const { by, entry, why } = invitation;
  return (
    <Banner
      tone="warn"
      icon={icon.phone}
      data-testid="invitation"
      actions={
        <div class="actions">
          <Button
            kind="go"
            data-testid="invitation-accept"
            onClick={() => client.desk.answerInvitation(true)}
          >
            {t("doctor.join")}
          </Button>
          <Button data-testid="invitation-refuse" onClick={() => client.desk.answerInvitation(false)}>
            {t("doctor.decline")}
          </Button>
        </div>
      }
    >
      <strong>{t("doctor.invited", { by, place: entry.place.name })}</strong>
      {why && (
        <p dir="auto" data-testid="invitation-why">
          {why}
        </p>
      )}
    </Banner>
  );
}
