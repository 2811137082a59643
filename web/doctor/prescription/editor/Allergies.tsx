/** What is known of allergies, above the drugs: a field for what people tell, and beside it what the national record tells, which nobody can type away. */

import { Button } from "../../../ui/Button.tsx";
import { Field } from "../../../ui/Field.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { Icon } from "../../../ui/Icon.tsx";
import type { Prescribing } from "../kept-prescription.ts";
import type { TypedPrescription } from "../typed.ts";
import { knownText, type RecordAllergies, type RecordState } from "./known.ts";

export function Allergies({ prescribing: { typed, change }, record }: { prescribing: Prescribing; record: RecordAllergies }) {
  const type = (allergies: string) => change((before) => ({ ...before, allergies }));
  return (
    <>
      <div class="rx-allergies">
        <Field label={t("doctor.rx.allergies")} value={typed.allergies} onValue={type} maxLength={500} data-testid="rx-allergies" />
        <Button data-testid="rx-allergies-none" onClick={() => type(t("doctor.rx.allergies_none"))}>
          {t("doctor.rx.allergies_none")}
        </Button>
      </div>
      <Known typed={typed} />
      <Answer record={record} isKnown={!!typed.known?.length} />
    </>
  );
}

/** The allergies that the national record tells; nothing if there are none. */
export function Known({ typed }: { typed: TypedPrescription }) {
  const { known = [] } = typed;
  if (known.length === 0) return null;
  return (
    <p class={known.some(({ grave }) => grave) ? "bad" : "warn"} data-testid="rx-known-allergies">
      <Icon of={icon.alert} /> {t("doctor.rx.allergies_known")} <strong dir="auto">{known.map(knownText).join(" · ")}</strong>
    </p>
  );
}

/** What became of the question to the national record, where there is something to know or to do. */
function Answer({ record: { state, ask }, isKnown }: { record: RecordAllergies; isKnown: boolean }) {
  if (state === "off" || (state === "told" && isKnown)) return null;
  return (
    <p class={isWarning(state) ? "small warn" : "small soft"} role="status" data-testid="rx-record" data-state={state}>
      {t(`doctor.rx.record.${state}`)}{" "}
      {state === "silent" && (
        <Button data-testid="rx-record-retry" onClick={ask}>
          {t("common.retry")}
        </Button>
      )}
    </p>
  );
}

/** True if the record could have told of allergies, and did not. */
const isWarning = (state: RecordState): boolean => state === "silent" || state === "retired" || state === "unusable";
