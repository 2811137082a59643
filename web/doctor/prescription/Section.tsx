/** The prescriptions of a call or a case: the button that opens the editor, the editor, and what was signed. */

import type { Client } from "../../client/index.ts";
import type { ConsultationId, Intake, Prescription } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Prescribing } from "./kept-prescription.ts";
import { Editor, PrescriptionList } from "./later.ts";

interface SectionProps {
  client: Client;
  id: ConsultationId;
  intake: Intake | undefined;
  prescriptions: readonly Prescription[];
  prescribing: Prescribing;
  /** True if the server lets us prescribe: we hold the consultation. */
  canWrite: boolean;
}

export function Prescriptions({ client, id, intake, prescriptions, prescribing, canWrite }: SectionProps) {
  const { isUnsigned, isOpen, open } = prescribing;
  const isEditing = isOpen && canWrite;
  if (!canWrite && !isUnsigned && prescriptions.length === 0) return null;
  return (
    <section class={isEditing ? "rx editing" : "rx"} aria-label={t("doctor.prescribe.title")}>
      {canWrite && (
        <Button
          icon={isEditing ? icon.close : icon.pill}
          class="rx-open"
          aria-expanded={isEditing}
          data-testid="prescribe"
          onClick={() => open(!isEditing)}
        >
          {t(isEditing ? "doctor.prescribe.close" : isUnsigned ? "doctor.prescribe.resume" : "doctor.prescribe.title")}
        </Button>
      )}
      {isUnsigned && !isEditing && (
        <p class="small warn" data-testid="rx-unsigned">
          {t("doctor.prescribe.kept")}
        </p>
      )}
      {isEditing && (
        <>
          <Editor client={client} id={id} intake={intake} prescriptions={prescriptions} prescribing={prescribing} />
          <p class="rx-loading soft">{t("common.loading")}</p>
        </>
      )}
      {prescriptions.length > 0 && (
        <PrescriptionList
          id={id}
          prescriptions={prescriptions}
          {...(canWrite && { onReplace: prescribing.replace })}
        />
      )}
    </section>
  );
}
