/** The dialog that signs: the whole prescription as it will read, and the password. */

import { useState } from "preact/hooks";
import type { Client } from "../../../client/index.ts";
import { deviceNow } from "../../../client/platform/wall-clock.ts";
import { post } from "../../../client/signalling/session.ts";
import { codeOf } from "../../../client/workflow/prescription-code.ts";
import type { ConsultationId, Intake, ProductId } from "../../../protocol/messages.ts";
import type { PrescriptionDraft, SignDraft, SignedDraft } from "../../../protocol/prescriptions.ts";
import { t } from "../../../ui/i18n.ts";
import type { Product } from "../../../ui/formulary/products.ts";
import type { Prescribing } from "../kept-prescription.ts";
import { Lines } from "../Lines.tsx";
import { rememberShown } from "../shown.ts";
import { StepUp } from "../StepUp.tsx";
import { useStoring } from "../storing.ts";
import { isBegun, unsettled, worded } from "../typed.ts";
import { patientWords } from "../words.ts";
import { Known } from "./Allergies.tsx";
import type { Question } from "./checks.ts";
import { signingOf } from "./signing.ts";

interface SignProps {
  client: Client;
  id: ConsultationId;
  intake: Intake | undefined;
  list: ReadonlyMap<ProductId, Product> | null;
  prescribing: Prescribing;
  /** What the server has asked, of which the reasons are shown. */
  questions: readonly Question[];
  onClose: () => void;
  /** Called once the signature is durable; `goesOn` if what was typed meanwhile is another prescription. */
  onDone: (goesOn: boolean) => void;
}

export function SignDialog({ client, id, intake, list, prescribing, questions, onClose, onDone }: SignProps) {
  // What is read here is what is signed, also if the signature is told by another way while the dialog is open.
  const [typed] = useState(prescribing.typed);
  const storing = useStoring();
  const products = typed.lines.map(({ drug }) => ("listed" in drug ? list?.get(drug.listed) : undefined));
  const lines = typed.lines.map((line, place) => worded(line, products[place]));
  const { change } = prescribing;
  const fresh = () => {
    const prescription = crypto.randomUUID();
    rememberShown(prescription, lines);
    return prescription;
  };
  const [ask] = useState(() => signingOf({ shown: typed, consultation: id, change, fresh }));
  const sign = async (password: string) => {
    const send = (draft: PrescriptionDraft) => post<SignedDraft>(`/api/consultations/${id}/prescriptions`, { draft, password, device_at: deviceNow() } satisfies SignDraft);
    if (await storing.run(() => ask(send))) onDone(isBegun(change((now) => now)));
  };
  const { replaces } = prescribing.typed;
  const reasons = typed.lines.flatMap(({ key, whys }, place) =>
    questions.flatMap(({ line, kind }) => {
      const why = line === key && whys[kind]?.trim();
      return why ? [{ key: `${key} ${kind}`, n: place + 1, why }] : [];
    }),
  );
  const by = client.identity.value?.name;
  return (
    <StepUp
      title={t("doctor.rx.sign_title")}
      act={t("doctor.rx.sign_confirm")}
      kind="go"
      storing={storing}
      onClose={onClose}
      onAct={(password) => void sign(password)}
    >
      <section class="rx-paper" data-testid="rx-paper">
        {intake && (
          <p>
            <span class="small soft">{t("doctor.rx.patient")}</span> <strong dir="auto">{patientWords(intake) || t("common.unknown")}</strong>
          </p>
        )}
        <Lines lines={lines} />
        {replaces && <p>{t("doctor.rx.replaces", { code: codeOf(replaces) })}</p>}
        {by && <p class="small soft">{t("doctor.rx.signer", { name: by })}</p>}
      </section>
      <p class={typed.allergies.trim() ? "small" : "small warn"} dir="auto">
        {typed.allergies.trim() ? t("doctor.rx.allergies_are", { what: typed.allergies.trim() }) : t("doctor.rx.allergies_unasked")}
      </p>
      <Known typed={typed} />
      {reasons.map(({ key, n, why }) => (
        <p key={key} class="small" dir="auto">
          {t("doctor.rx.kept_because", { n, why })}
        </p>
      ))}
      {unsettled(prescribing.typed) && <p class="small warn">{t("doctor.rx.unsettled")}</p>}
      <p class="small">{t("doctor.rx.sign_more")}</p>
    </StepUp>
  );
}
