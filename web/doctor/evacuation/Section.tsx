/** The evacuations of a call or a case: the button that opens the room, the room, and what was sent. */

import type { Client } from "../../client/index.ts";
import type { ConsultationId, Referral } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { AmbulanceLink } from "../../ui/ambulance/later.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Evacuating } from "./kept-evacuation.ts";
import { ReferralList, Room } from "./later.ts";
import type { ForLetter } from "./letter.ts";

interface SectionProps {
  client: Client;
  id: ConsultationId;
  /** None until the record has come. */
  record: ForLetter | undefined;
  referrals: readonly Referral[];
  evacuating: Evacuating;
  /** True if the server lets us evacuate: we hold the consultation. */
  canWrite: boolean;
}

export function Evacuations({ client, id, record, referrals, evacuating, canWrite }: SectionProps) {
  const { isUnsent, isOpen, open } = evacuating;
  const isEditing = isOpen && canWrite;
  const isInCall = canWrite && client.consultation.current.value?.id === id;
  if (!canWrite && !isUnsent && referrals.length === 0) return null;
  return (
    <section class={isEditing ? "ev editing" : "ev"} aria-label={t("doctor.evacuate.list")}>
      {canWrite && (
        <Button
          icon={isEditing ? icon.close : icon.arrow}
          class="rx-open"
          aria-expanded={isEditing}
          data-testid="evacuate"
          onClick={() => open(!isEditing)}
        >
          {t(isEditing ? "doctor.evacuate.close" : isUnsent ? "doctor.evacuate.resume" : "doctor.evacuate.title")}
        </Button>
      )}
      {isUnsent && !isEditing && (
        <p class="small warn" data-testid="ev-unsent">
          {t("doctor.evacuate.kept")}
        </p>
      )}
      {isEditing && record && (
        <>
          <Room client={client} id={id} record={record} referrals={referrals} evacuating={evacuating} />
          <p class="rx-loading soft">{t("common.loading")}</p>
        </>
      )}
      {referrals.length > 0 && <ReferralList id={id} referrals={referrals} canAct={canWrite} {...(isInCall && { actionsOf: linkOf })} />}
    </section>
  );
}

/** Only a call has something into which an ambulance can come. */
const linkOf = (referral: Referral) => <AmbulanceLink of={referral} />;
