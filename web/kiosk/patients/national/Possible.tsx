/** People who may be meant in the national file. One of them is chosen by two questions that the patient answers. */

import { useState } from "preact/hooks";
import type { DppLookup, DppPossible } from "../../../protocol/api.ts";
import { Button } from "../../../ui/Button.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { Questions } from "./Questions.tsx";

export function Possible({ patients, onAnswer }: { patients: DppPossible[]; onAnswer: (answer: DppLookup) => void }) {
  const [chosen, setChosen] = useState<DppPossible | null>(patients.length === 1 ? patients[0]! : null);
  if (chosen) return <Questions patient={chosen} onFound={onAnswer} onBack={() => setChosen(null)} isOnly={patients.length === 1} />;
  return (
    <div class="proposals" role="group" aria-label={t("common.dpp.possible")}>
      <p>{t("common.dpp.possible")}</p>
      {patients.map((patient) => (
        <Button key={patient.id} icon={icon.people} data-testid="dpp-possible" data-patient={patient.id} onClick={() => setChosen(patient)}>
          <span dir="auto">{patient.name}</span>
        </Button>
      ))}
    </div>
  );
}
