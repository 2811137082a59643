/**
 * A signed prescription on paper, as it is given to the patient and read by a pharmacist. Everything that the signature covers is printed as
 * it was signed; the weight and the number of the file come from the form, or are lines to fill in by hand.
 */

import { codeOf } from "../../client/workflow/prescription-code.ts";
import { standing } from "../../client/workflow/advice.ts";
import { safetyNet } from "../../client/workflow/safety-net.ts";
import type { Advice, Intake, Place, PrescribedLine, Prescription } from "../../protocol/messages.ts";
import { date, dateAndTime } from "../../ui/dates.ts";
import { isNotRenewable } from "../../ui/formulary/not-renewable.ts";
import { number, t } from "../../ui/i18n.ts";
import { signature } from "../../ui/signer.ts";
import { formerOf } from "../prescriptions/list.ts";
import { courseOf, sexOf, signedBy } from "../prescriptions/words.ts";
import { Code } from "./Code.tsx";
import { Page, PatientBox } from "./Page.tsx";
import { codeOfSigned } from "./qr.ts";

/** What a printed prescription is made of. */
export interface PrescriptionPageProps {
  /** The prescription; it is in force. */
  of: Prescription;
  /** All prescriptions of the consultation. */
  all: readonly Prescription[];
  /** The signed advice of the consultation, as far as the tablet has it: what it says of when to come back is printed. */
  advice: readonly Advice[];
  /** The form of the consultation; null if the tablet does not have it. */
  intake: Intake | null;
  /** This post. */
  place: Place | null;
  /** Whom to telephone. */
  fallback: Place | null;
  /** The name of the server at which it is verified. */
  host: string;
}

export function PrescriptionPage({ of, all, advice, intake, place, fallback, host }: PrescriptionPageProps) {
  const { prescription, consultation, post, patient, lines } = of.signed;
  const code = codeOfSigned(of.signed.text);
  return (
    <Page place={{ name: post, district: place?.district ?? "", phone: place?.phone ?? "" }} consultation={consultation} data-testid="rx-sheet">
      <h1>{t("kiosk.rx.title")}</h1>
      <PatientBox
        rows={[
          [t("common.vital.name"), patient.name],
          [t("common.vital.dpp"), intake?.dpp],
          [t("common.vital.age"), patient.age],
          [t("common.vital.sex"), sexOf(patient)],
          [t("common.vital.weight"), intake?.weight_g ? `${number(intake.weight_g / 1000, 1)} kg` : null],
        ]}
      />
      <Replaces of={of} all={all} />
      <ol class="drugs">
        {lines.map((line, i) => (
          <Drug key={i} of={line} />
        ))}
      </ol>
      {/* Says where the list ends, so that nobody adds to it by hand. */}
      <p class="count">{t("kiosk.rx.count", { n: lines.length })}</p>
      <SafetyNet advice={standing(advice.filter((one) => one.consultation === consultation))} />
      <footer class="signed">
        <div class="code">
          <Code of={code} width_mm={Math.max(CODE_MM, code.size * MODULE_MM)} data-testid="rx-qr" />
          <strong>{codeOf(prescription)}</strong>
        </div>
        <div>
          <p class="signer">{signedBy(of)}</p>
          <p><strong>{t("kiosk.rx.until", { time: date(of.signed.valid_until) })}</strong></p>
          <p>{t("kiosk.rx.verify", { address: `${host}/verifier` })}</p>
          {fallback?.phone && <p>{t("kiosk.paper.phone", { name: fallback.name, phone: fallback.phone })}</p>}
          <p class="stamp">{t("kiosk.rx.stamp")}</p>
        </div>
      </footer>
    </Page>
  );
}

function Drug({ of }: { of: PrescribedLine }) {
  return (
    <li>
      <strong>{of.drug}</strong>
      <p>{of.directions}</p>
      <p>{courseOf(of)}</p>
      {isNotRenewable(of) && <strong>{t("kiosk.rx.not_renewable")}</strong>}
    </li>
  );
}

/** When to come back at once, in the words of signed advice, which the signature of the prescription does not cover. */
function SafetyNet({ advice }: { advice: readonly Advice[] }) {
  const all = advice.map((one) => ({ by: one, lines: safetyNet(one.text) })).filter(({ lines }) => lines.length > 0);
  if (all.length === 0) return null;
  return (
    <section class="return" data-testid="rx-safety-net">
      <h2>{t("kiosk.rx.safety_net")}</h2>
      {all.map(({ by, lines }) => (
        <article key={`${by.by} ${by.revision}`}>
          <p class="text">{lines.join("\n")}</p>
          <p class="signer">{signature(by)}</p>
        </article>
      ))}
    </section>
  );
}

/** The warning against the sheets that were printed before it. */
function Replaces({ of, all }: { of: Prescription; all: readonly Prescription[] }) {
  const former = formerOf(of, all).map(({ prescription, at }) =>
    at === null
      ? t("kiosk.rx.former", { code: codeOf(prescription) })
      : t("kiosk.rx.former_at", { code: codeOf(prescription), time: dateAndTime(at) }),
  );
  if (former.length === 0) return null;
  return <p class="replaces">{t(former.length === 1 ? "kiosk.rx.replaces" : "kiosk.rx.replaces_all", { which: former.join(", ") })}</p>;
}

/** The least width of the code (`docs/adr/0047-signed-prescriptions.md`). */
const CODE_MM = 45;

/** The least width of a module: readers lose blurred codes whose modules have less than 3.5 pixels at 150 dpi. */
const MODULE_MM = 0.62;
