/** The printed list of who has seen a record. Of the record itself it holds the patient's name and number, and nothing medical. */

import type { ReadersView } from "../../protocol/api.ts";
import type { ConsultationId, Intake, Place } from "../../protocol/messages.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { dateAndTime } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import { sentenceOf } from "../../ui/seen/words.ts";
import { Page, PatientBox } from "./Page.tsx";

/** What the list is made of. */
export interface SeenPageProps {
  view: ReadersView;
  consultation: ConsultationId;
  /** The form of the consultation; null if the tablet does not have it. */
  intake: Intake | null;
  /** This post. */
  place: Place | null;
}

export function SeenPage({ view, consultation, intake, place }: SeenPageProps) {
  return (
    <Page place={place} consultation={consultation} data-testid="seen-sheet">
      <h1>{t("common.seen.title")}</h1>
      <PatientBox
        rows={[
          [t("common.vital.name"), intake?.name],
          [t("common.vital.dpp"), intake?.dpp],
        ]}
      />
      <p>{t("common.seen.intro")}</p>
      {view.left_out > 0 && <p>{t("common.seen.left_out", { n: view.left_out })}</p>}
      <ol class="drugs">
        {view.readings.map((line, i) => (
          <li key={i}>{line.refused ? <strong>{sentenceOf(line)}</strong> : sentenceOf(line)}</li>
        ))}
      </ol>
      {/* Says where the list ends, so that nobody adds to it by hand. */}
      <p class="count">{t("common.seen.count", { n: view.readings.length, time: dateAndTime(wallNow()) })}</p>
      {/* Whoever rolls the log back is contradicted by this sheet. */}
      <p class="head">{t("common.seen.head", { head: view.head })}</p>
    </Page>
  );
}
