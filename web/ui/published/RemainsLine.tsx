/** What the national file keeps of a consultation whose patient withdraws the consent, and whom the patient can ask about it. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../client/signalling/session.ts";
import type { RecordPublications } from "../../protocol/api.ts";
import { t } from "../i18n.ts";
import { remainsText } from "./words.ts";

export function RemainsLine({ id }: { id: string }) {
  const [told, setTold] = useState<RecordPublications | "unknown" | null>(null);
  useEffect(() => {
    get<RecordPublications>(`/api/consultations/${id}/publications`).then(setTold, () => setTold("unknown"));
  }, [id]);
  if (!told) return <p role="status">{t("common.loading")}</p>;
  const remains = told === "unknown" ? told : told.remains;
  return (
    <p class={remains === "nothing" ? "soft" : ""} data-testid="remains" data-remains={remains}>
      {remainsText(told)}
    </p>
  );
}
