/** The record of the patient in the national file (DPP), by the number of the request. It is read when the doctor opens it. */

import { useState } from "preact/hooks";
import { get } from "../client/index.ts";
import type { DppDocument, DppRecord } from "../protocol/api.ts";
import { Button } from "../ui/Button.tsx";
import { RecordText } from "../ui/dpp/RecordText.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { frenchDate } from "../ui/dpp/words.ts";
import { NationalDocument } from "./NationalDocument.tsx";

/** The button with the record below it. */
export function NationalFile({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const [record, setRecord] = useState<DppRecord | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [document, setDocument] = useState<DppDocument | null>(null);
  const read = () => {
    setFault(null);
    setRecord(null);
    get<DppRecord>(`/api/consultations/${id}/dpp`).then(setRecord, (error: unknown) => setFault(errorTextOf(error)));
  };
  const toggle = () => {
    setOpen(!open);
    if (!open && record?.state !== "found") read();
  };
  return (
    <section class="previous" data-testid="dpp-section">
      <Button icon={icon.data} aria-expanded={open} data-testid="dpp-open" onClick={toggle}>
        {t("common.dpp.title")}
      </Button>
      {open && !record && !fault && <p role="status">{t("common.dpp.asking")}</p>}
      {open && fault && (
        <p class="fault warn" role="alert">
          {fault} <Button onClick={read}>{t("common.retry")}</Button>
        </p>
      )}
      {open && record?.state === "found" && record.patient && (
        <p data-testid="dpp-patient">
          <strong dir="auto">{record.patient.name}</strong>
          {record.patient.born && `, ${frenchDate(record.patient.born)}`}
        </p>
      )}
      {open && record && <RecordText record={record} onRetry={read} onOpen={setDocument} />}
      {document && <NationalDocument key={document.id} id={id} document={document} onClose={() => setDocument(null)} />}
    </section>
  );
}
