/** What the structure wrote back about an evacuation ("contre-référence"), on paper for the patient's file at the post. */

import type { ConsultationId, Place } from "../../protocol/messages.ts";
import { t } from "../../ui/i18n.ts";
import { Page, PatientBox, type PatientRow } from "./Page.tsx";
import { Structure } from "./Structure.tsx";

/** What a printed contre-référence is made of. */
export interface CounterPageProps {
  consultation: ConsultationId;
  /** The structure that took the patient. */
  from: Place;
  /** The post. */
  to: Place | null;
  /** The evacuation that it answers. */
  answers: string;
  patient: readonly PatientRow[];
  text: string;
  /** Who wrote it, and when. */
  signature: string;
}

export function CounterPage({ consultation, from, to, answers, patient, text, signature }: CounterPageProps) {
  return (
    <Page place={to} consultation={consultation} data-testid="ev-counter-sheet">
      <h1>{t("kiosk.evac.counter")}</h1>
      <div class="between">
        <Structure label={t("kiosk.evac.from")} of={from} />
        <Structure label={t("kiosk.evac.to")} of={to} />
      </div>
      <p class="note">{answers}</p>
      <PatientBox rows={patient} />
      <section class="letter-part">
        <p class="text">{text}</p>
      </section>
      <p class="signer">{signature}</p>
    </Page>
  );
}
