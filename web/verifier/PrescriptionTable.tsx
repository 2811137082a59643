/** A signed prescription as a table, to be compared with the paper. */

import type { ComponentChildren } from "preact";
import { codeOf } from "../client/workflow/prescription-code.ts";
import type { TrustedKey } from "../protocol/prescriptions.ts";
import { date, dateAndTime } from "../ui/dates.ts";
import { isNotRenewable } from "../ui/formulary/not-renewable.ts";
import { t } from "../ui/i18n.ts";
import { quantityText } from "../ui/quantity.ts";
import type { Line, Prescription } from "./prescription.ts";

export function PrescriptionTable({ prescription, signer }: { prescription: Prescription; signer: TrustedKey }) {
  const { patient, prescriber, lines, post, replaces, signed_at, valid_until } = prescription;
  return (
    <table class="paper" data-testid="prescription">
      <caption>{t("verifier.table")}</caption>
      <tbody>
        <Row name={t("verifier.table.patient")}>{patient.name || t("verifier.table.unnamed")}</Row>
        {patient.age && <Row name={t("verifier.table.age")}>{patient.age}</Row>}
        {patient.sex && <Row name={t("verifier.table.sex")}>{t(patient.sex === "F" ? "common.sex.female" : "common.sex.male")}</Row>}
      </tbody>
      <tbody class="drugs">
        {lines.map((line, i) => (
          <Drug key={i} line={line} n={i + 1} />
        ))}
      </tbody>
      <tbody>
        <Row name={t("verifier.table.prescriber")}>{prescriber.name}</Row>
        {prescriber.order_number && <Row name={t("verifier.table.order")}>{prescriber.order_number}</Row>}
        <Row name={t("verifier.table.key")}>
          {signer.name}
          {signer.order_number && `, ${signer.order_number}`}
        </Row>
        <Row name={t("verifier.table.post")}>{post}</Row>
        <Row name={t("verifier.table.signed")}>{dateAndTime(signed_at)}</Row>
        <Row name={t("verifier.table.until")}>{date(valid_until)}</Row>
        <Row name={t("verifier.table.code")}>
          <span class="digits">{codeOf(prescription.id)}</span>
        </Row>
        {replaces && (
          <Row name={t("verifier.table.replaces")}>
            <span class="digits">{codeOf(replaces)}</span>
          </Row>
        )}
      </tbody>
    </table>
  );
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{children}</td>
    </tr>
  );
}

/** One drug: its name, and below each other what to do with it, for how long and how much of it. It has the whole width, so that no word is broken on a phone. */
function Drug({ line: { atc, drug, directions, days, quantity, unit }, n }: { line: Line; n: number }) {
  return (
    <tr data-testid="drug">
      <td colSpan={2}>
        <strong>
          {n}. {drug} {atc && <small class="soft">{atc}</small>}
        </strong>
        <p>{directions}</p>
        <p>{days ? t("verifier.table.days", { n: days }) : t("verifier.table.days_unknown")}</p>
        <p>{quantity ? t("verifier.table.quantity", { quantity: quantityText(quantity, unit) }) : t("verifier.table.quantity_unknown")}</p>
        {isNotRenewable({ atc, drug }) && (
          <p data-testid="not-renewable">
            <strong>{t("verifier.table.not_renewable")}</strong>
          </p>
        )}
      </td>
    </tr>
  );
}
