/** What every printed document shares: its head, which stands on each page, and the patient's box. */

import type { ComponentChildren } from "preact";
import type { ConsultationId, Place } from "../../protocol/messages.ts";
import { t } from "../../ui/i18n.ts";
import { shortNumber } from "./seal.ts";

interface PageProps {
  /** The post for which it is. */
  place: Pick<Place, "name" | "district" | "phone"> | null;
  consultation: ConsultationId;
  children: ComponentChildren;
  "data-testid"?: string;
}

/** The head is a table's head, because only that repeats on each page without covering the text. */
export function Page({ place, consultation, children, ...rest }: PageProps) {
  return (
    <table role="presentation" {...rest}>
      <thead>
        <tr>
          <td>
            <header>
              <strong>Teranga</strong>
              <span>{[place?.name, place?.district, place?.phone].filter(Boolean).join(" · ")}</span>
              <span>{t("kiosk.paper.number", { number: shortNumber(consultation) })}</span>
            </header>
          </td>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>{children}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** A line of the patient's box. */
export type PatientRow = [label: string, value: string | null | undefined];

/** The patient. What is not known is a line to fill in by hand. */
export function PatientBox({ rows }: { rows: readonly PatientRow[] }) {
  return (
    <dl class="patient">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd class={value ? "" : "blank"}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
