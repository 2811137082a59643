/**
 * Decides that two patients of this post are one person: a consultation whose patient nobody knew is joined to a patient. People decide that, with a
 * network, and it can be undone.
 */

import { useState } from "preact/hooks";
import { get } from "../../client/signalling/session.ts";
import type { PatientLine } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { Field } from "../../ui/Field.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { isNameless, lineText } from "./line.ts";
import { patients } from "./list.ts";

interface JoinProps {
  patient: PatientLine;
  onJoin: (from: string, into: string) => void;
}

/** Another patient, and the button that says that both are one person. */
export function Same({ other, onSame }: { other: PatientLine; onSame: () => void }) {
  return (
    <p class="alike" data-testid="patient-alike" data-patient={other.id}>
      {lineText(other)}
      <Button data-testid="patient-same" onClick={onSame}>
        {t("kiosk.patient.same")}
      </Button>
    </p>
  );
}

/** For a patient without a name: who that was. For another one: the consultations without a name that may have been theirs. */
export const Join = ({ patient, onJoin }: JoinProps) =>
  isNameless(patient) ? <WhoIsIt patient={patient} onJoin={onJoin} /> : <Nameless patient={patient} onJoin={onJoin} />;

function WhoIsIt({ patient, onJoin }: JoinProps) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<PatientLine[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const search = (event: Event) => {
    event.preventDefault();
    setFault(null);
    const name = typed.trim();
    const query = new URLSearchParams(/\d/.test(name) ? { dpp: name } : { name });
    get<PatientLine[]>(`/api/patients?${query}`).then(
      (lines) => setFound(lines.filter(({ id }) => id !== patient.id)),
      (error: unknown) => setFault(errorTextOf(error)),
    );
  };
  return (
    <form class="known" onSubmit={search}>
      <h3>{t("kiosk.patient.who")}</h3>
      <Field label={t("kiosk.patient.name_or_number")} hint={t("kiosk.patient.who_hint")} value={typed} onValue={setTyped} fault={fault} maxLength={100} required data-testid="patient-name" />
      <Button type="submit" icon={icon.people} disabled={typed.trim().length < SHORTEST} data-testid="patient-find">
        {t("kiosk.patient.find")}
      </Button>
      {found?.map((other) => <Same key={other.id} other={other} onSame={() => onJoin(patient.id, other.id)} />)}
      {found?.length === 0 && <p class="soft">{t("kiosk.patient.nobody")}</p>}
    </form>
  );
}

function Nameless({ patient, onJoin }: JoinProps) {
  const nameless = patients.lines.value.filter(isNameless);
  if (nameless.length === 0) return null;
  return (
    <details data-testid="patient-nameless">
      <summary>{t("kiosk.patient.attach")}</summary>
      {nameless.map((other) => <Same key={other.id} other={other} onSame={() => onJoin(other.id, patient.id)} />)}
    </details>
  );
}

/** Fewer letters or figures find half of the post. */
const SHORTEST = 3;
