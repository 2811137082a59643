/** The record of the national file (DPP) in short, on both sides of a consultation: what may kill first, then problems, drugs and documents. */

import type { DppDocument, DppLine, DppRecord } from "../../protocol/api.ts";
import { Banner } from "../Banner.tsx";
import { Button } from "../Button.tsx";
import { learn, t } from "../i18n.ts";
import * as icon from "../icons.ts";
import french from "../texts/fr.json?dpp";
import { moment } from "../dates.ts";
import { frenchDate } from "./words.ts";

learn(french);

interface RecordTextProps {
  record: DppRecord;
  onRetry?: () => void;
  /** Opens a document, where that is allowed. */
  onOpen?: (document: DppDocument) => void;
}

/** A record that was found, or the sentence that says why there is none. */
export function RecordText({ record, onRetry, onOpen }: RecordTextProps) {
  if (record.state !== "found") return <Absence state={record.state} onRetry={onRetry} />;
  const { allergies, problems, drugs, documents, more, at } = record;
  const grave = allergies.filter((one) => one.grave);
  return (
    <div class="dpp-record" data-testid="dpp-record">
      {grave.length > 0 && (
        <Banner tone="bad" icon={icon.alert} data-testid="dpp-grave">
          <strong>{t("common.dpp.grave")}</strong> <span dir="auto">{grave.map(withDetail).join(" · ")}</span>
        </Banner>
      )}
      <Lines title={t("common.dpp.allergies")} none={t("common.dpp.no_allergies")} lines={allergies} testid="dpp-allergies" />
      <Lines title={t("common.dpp.problems")} none={t("common.dpp.no_problems")} lines={problems} testid="dpp-problems" />
      <Lines title={t("common.dpp.drugs")} none={t("common.dpp.no_drugs")} lines={drugs} testid="dpp-drugs" />
      <Documents documents={documents} onOpen={onOpen} />
      <p class="small soft">
        {more && `${t("common.dpp.more")} `}
        {t("common.dpp.read_at", { time: moment(at) })}
      </p>
    </div>
  );
}

/** Why the record says nothing, and what to do then. */
export function Absence({ state, onRetry }: { state: "unknown" | "retired" | "off" | "unreachable" | "unusable"; onRetry?: (() => void) | undefined }) {
  const mayRetry = onRetry && (state === "unreachable" || state === "unusable");
  return (
    <div role="status" data-testid="dpp-absent" data-state={state}>
      <p>{t(`common.dpp.${state}`)}</p>
      {mayRetry && (
        <Button data-testid="dpp-retry" onClick={onRetry}>
          {t("common.retry")}
        </Button>
      )}
    </div>
  );
}

function Lines({ title, none, lines, testid }: { title: string; none: string; lines: DppLine[]; testid: string }) {
  return (
    <section data-testid={testid}>
      <h4>{title}</h4>
      {lines.length === 0 && <p class="soft">{none}</p>}
      <ul>
        {lines.map((line, at) => (
          <li key={at} dir="auto">
            {withDetail(line)}
            {line.since && <span class="soft"> ({t("common.dpp.since", { date: frenchDate(line.since) })})</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Documents({ documents, onOpen }: { documents: DppDocument[]; onOpen: RecordTextProps["onOpen"] | undefined }) {
  if (documents.length === 0) return null;
  return (
    <section data-testid="dpp-documents">
      <h4>{t("common.dpp.documents")}</h4>
      <ul>
        {documents.map((document, at) => (
          <li key={at} dir="auto">
            {document.title}
            <span class="soft">{[document.date && frenchDate(document.date), document.author].filter(Boolean).map((part) => ` · ${part}`)}</span>
            {onOpen && document.id && (
              <Button kind="bare" data-testid="dpp-document-open" data-document={document.id} onClick={() => onOpen(document)}>
                {t("common.dpp.open", { title: document.title })}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const withDetail = ({ text, detail }: DppLine): string => (detail ? `${text} : ${detail}` : text);
