/** The dialog that invites somebody to advise, or to take the consultation over. */

import { useState } from "preact/hooks";
import type { PartyId } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import type { CallProps } from "./props.ts";

export function Invite({ client, ongoing, onClose }: CallProps & { onClose: () => void }) {
  const [party, setParty] = useState<PartyId | null>(null);
  const [why, setWhy] = useState("");
  const chosen = ongoing.invitable.find((one) => one.party === party);
  const send = (handOver: boolean) => {
    if (chosen) client.consultation.invite(chosen.party, handOver, why.trim());
    onClose();
  };
  return (
    <Dialog
      title={t("doctor.invite_whom")}
      onClose={onClose}
      data-testid="invite-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            disabled={chosen?.role !== "doctor"}
            data-testid="transfer"
            title={t("doctor.transfer_more")}
            onClick={() => send(true)}
          >
            {t("doctor.transfer")}
          </Button>
          <Button kind="primary" disabled={!chosen} data-testid="invite-send" onClick={() => send(false)}>
            {t("doctor.invite_send")}
          </Button>
        </>
      }
    >
      {ongoing.invitable.length === 0 && <p>{t("doctor.invite_none")}</p>}
      <ul class="parties">
        {ongoing.invitable.map(({ party: id, name, role, place }) => (
          <li key={id}>
            <Button aria-pressed={id === party} data-testid="invite-party" onClick={() => setParty(id)}>
              <strong>{name}</strong>
              <span>
                {t(`common.role.${role}`)} · {place.name}
              </span>
            </Button>
          </li>
        ))}
      </ul>
      <Field label={t("doctor.invite_why")} value={why} maxLength={500} onValue={setWhy} data-testid="invite-why" />
      <p class="small soft">{t("doctor.transfer_more")}</p>
    </Dialog>
  );
}
