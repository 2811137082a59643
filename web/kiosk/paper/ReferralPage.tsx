/** The letter of an evacuation on paper ("fiche de liaison"): it travels with the patient, and whoever receives them opens the same letter with its code. */

import type { ConsultationId, Place } from "../../protocol/messages.ts";
import { t } from "../../ui/i18n.ts";
import { Code } from "./Code.tsx";
import { Page, PatientBox, type PatientRow } from "./Page.tsx";
import { codeOfText } from "./qr.ts";
import { Structure } from "./Structure.tsx";

/** What a printed letter is made of. */
export interface ReferralPageProps {
  consultation: ConsultationId;
  /** How urgent it is, and when it was signed. */
  urgency: string;
  /** The post. */
  from: Place | null;
  /** The structure that is asked. */
  to: Place;
  /** What has happened since it was signed. */
  notes: readonly string[];
  patient: readonly PatientRow[];
  /** The parts of the letter with their titles. */
  parts: readonly [title: string, text: string][];
  signature: string;
  /** The code, for where there is no camera. */
  code: string;
  /** What the QR code holds. */
  address: string;
  /** The name of the server at which the letter is opened. */
  host: string;
}

export function ReferralPage({ consultation, urgency, from, to, notes, patient, parts, signature, code, address, host }: ReferralPageProps) {
  return (
    <Page place={from} consultation={consultation} data-testid="ev-sheet">
      <h1>{t("kiosk.evac.letter.title")}</h1>
      <p class="urgency">{urgency}</p>
      <div class="between">
        <Structure label={t("kiosk.evac.from")} of={from} />
        <Structure label={t("kiosk.evac.to")} of={to} />
      </div>
      {notes.map((note) => (
        <p key={note} class="note">{note}</p>
      ))}
      <PatientBox rows={patient} />
      {parts.map(([title, text]) => (
        <section key={title} class="letter-part">
          <h2>{title}</h2>
          <p class="text">{text || t("kiosk.evac.nothing")}</p>
        </section>
      ))}
      <p class="signer">{signature}</p>
      <footer class="signed">
        <div class="code">
          <Code of={codeOfText(address)} width_mm={CODE_MM} data-testid="ev-qr" />
          <strong class="typed">{code}</strong>
        </div>
        <div>
          <p>{t("kiosk.evac.open_at", { address: `${host}/accueil` })}</p>
          {from?.phone && <p>{t("kiosk.evac.post_phone", { name: from.name, phone: from.phone })}</p>}
          <p class="stamp">{t("kiosk.evac.stamp")}</p>
        </div>
      </footer>
    </Page>
  );
}

/** Wide enough for a telephone that reads a worn sheet: the modules of a code of this length are about 1 mm. */
const CODE_MM = 32;
