/** Prescriptions for tests. */

import type { Prescription, SignedPrescription } from "../../protocol/messages.ts";

export const CONSULTATION = "9f1c2d3e-0000-4000-8000-000000000001";
/** Signed on 26 November 2026 at 10:30 in Dakar. */
export const AT = Date.UTC(2026, 10, 26, 10, 30);
const DAY_MS = 86_400_000;

/** The identifier of the n-th prescription. */
export const idOf = (n: number): string => `0123456${n}-89ab-4def-8123-456789abcdef`;

/** The n-th prescription of a consultation, which is signed n minutes after `AT`. */
export function prescription(n: number, more: Partial<SignedPrescription> = {}): Prescription {
  const at = AT + n * 60_000;
  return {
    signed: {
      prescription: idOf(n),
      consultation: CONSULTATION,
      post: "Poste de Nabadji",
      patient: { name: "A. D.", sex: "F", age: "27 ans" },
      lines: [
        { atc: "J01CA04", drug: "Amoxicilline 500 mg, gélule", directions: "1 gélule 3 fois par jour", days: 5, quantity: 15, unit: "gélules" },
        { atc: "", drug: "Sérum oral", directions: "à volonté", days: 0, quantity: 0, unit: "" },
      ],
      by: "Dr Awa Fall",
      order_number: "1234",
      at,
      valid_until: AT + 30 * DAY_MS,
      text: "HC1:6BFOXN",
      ...more,
    },
  };
}

export const cancelled = (one: Prescription, why = "allergie"): Prescription => ({
  ...one,
  cancelled: { by: "Dr Ba", at: one.signed.at + 30_000, why },
});
export const replaced = (one: Prescription, by: number): Prescription => ({ ...one, replaced_by: idOf(by) });
