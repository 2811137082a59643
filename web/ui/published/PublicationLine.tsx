/** One line that tells whether the record of a consultation was published to the national file. It is not there if nothing is owed. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../client/signalling/session.ts";
import type { Publication, RecordPublications } from "../../protocol/api.ts";
import { t } from "../i18n.ts";
import { current, stateText, troubleText } from "./words.ts";

export function PublicationLine({ id }: { id: string }) {
  const [publication, setPublication] = useState<Publication | null>(null);
  useEffect(() => {
    // Without an answer there is no line: what the doctor signed does not depend on it.
    get<RecordPublications>(`/api/consultations/${id}/publications`).then(({ publications }) => setPublication(current(publications)), () => {});
  }, [id]);
  if (!publication) return null;
  const isBad = publication.state === "refused" || publication.state === "abandoned";
  return (
    <p class={isBad ? "warn" : "soft"} data-testid="published" data-state={publication.state} data-trouble={publication.trouble}>
      {t("common.published.title")} <strong>{stateText(publication)}</strong> {troubleText(publication)}
    </p>
  );
}
