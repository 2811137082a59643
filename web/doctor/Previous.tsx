/** What this post had before with the same patient. It is read when the doctor opens it, because each reading is written to the audit log. */

import { useState } from "preact/hooks";
import { get } from "../client/index.ts";
import type { ConsultationSummary, ConsultationView } from "../protocol/api.ts";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Vitals } from "../ui/Vitals.tsx";

/** The earlier consultations of the patient of a consultation. */
export function Previous({ id }: { id: string }) {
  const [rows, setRows] = useState<ConsultationSummary[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const read = () => {
    setFault(null);
    get<ConsultationSummary[]>(`/api/consultations/${id}/previous`).then(setRows, (error: unknown) => setFault(errorTextOf(error)));
  };
  const toggle = () => {
    setOpen(!open);
    if (!open) read();
  };
  return (
    <section class="previous">
      <Button icon={icon.note} aria-expanded={open} data-testid="previous" onClick={toggle}>
        {t("doctor.previous")}
      </Button>
      {open && !rows && !fault && <p role="status">{t("common.loading")}</p>}
      {open && fault && (
        <p class="fault warn" role="alert">
          {fault}
        </p>
      )}
      {open && rows?.length === 0 && <p data-testid="previous-none">{t("doctor.previous_none")}</p>}
      {open && rows?.map((row) => <Earlier key={row.id} path={`/api/consultations/${id}/previous/${row.id}`} row={row} />)}
    </section>
  );
}

function Earlier({ path, row }: { path: string; row: ConsultationSummary }) {
  const [view, setView] = useState<ConsultationView | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const read = () => void get<ConsultationView>(path).then(setView, (error: unknown) => setFault(errorTextOf(error)));
  return (
    <details data-testid="previous-row" onToggle={(event) => event.currentTarget.open && !view && read()}>
      <summary>
        <span class="digits">{dateAndTime(row.requested_at)}</span> <strong dir="auto">{row.reason || t(`common.speciality.${row.speciality}`)}</strong>
        {row.disposition && <> · {t(`common.disposition.${row.disposition}`)}</>}
      </summary>
      {fault && (
        <p class="fault warn" role="alert">
          {fault}
        </p>
      )}
      {view && (
        <>
          <Vitals intake={view.record.intake} dangers={view.record.dangers} brief />
          {view.record.advice.map((advice) => (
            <p key={`${advice.by} ${advice.revision}`} class="said" dir="auto" data-testid="previous-advice">
              {advice.text}
            </p>
          ))}
          {view.record.advice.length === 0 && <p>{t("doctor.advice_none")}</p>}
        </>
      )}
    </details>
  );
}
