/** A patient of the national file in words, and in the form. */

import { wallNow } from "../../../client/platform/wall-clock.ts";
import type { DppPatient } from "../../../protocol/api.ts";
import { year } from "../../../ui/dates.ts";
import { frenchDate } from "../../../ui/dpp/words.ts";
import { changeForm, form } from "../../draft.ts";
import type { FormKind } from "../../form.ts";

/** "Aïssata Sow, 12/05/1994, Nabadji Civol". */
export const patientText = ({ name, born, town }: DppPatient): string =>
  [name, born && frenchDate(born), town].filter(Boolean).join(", ");

/** Takes number and name into the form, and fills in what is empty. */
export function take(kind: FormKind, { name, number, born, sex }: DppPatient): void {
  const { dpp, numbers, choices, units } = form.value;
  const bornIn = born ? Number(born.slice(0, 4)) : null;
  const age = bornIn ? String(year(wallNow()) - bornIn) : "";
  changeForm(kind, {
    name,
    dpp: number ?? dpp,
    unknown: number ? false : form.value.unknown,
    units: numbers.age || !age ? units : { ...units, age: "years" },
    numbers: { ...numbers, age: numbers.age || age },
    choices: { ...choices, ...(sex && !choices.sex && { sex }) },
  });
}
