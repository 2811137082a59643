/** The last consultations of a doctor for whom nobody waits, with their outcomes, and the way to all others. */

import type { ConsultationSummary } from "../protocol/api.ts";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import french from "../ui/texts/fr.json?outcome";
import { page } from "./doctor.ts";

learn(french);

export function LastConsultations({ rows }: { rows: ConsultationSummary[] }) {
  return (
    <section aria-labelledby="last">
      <h2 id="last">{t("doctor.idle.last")}</h2>
      <ul>
        {rows.slice(0, SHOWN).map((row) => (
          <li key={row.id} data-testid="last-consultation">
            <span class="digits">{dateAndTime(row.requested_at)}</span> <bdi>{row.place.name}</bdi>
            {row.outcome && ` · ${t("doctor.outcome", { what: t(`doctor.outcome.${row.outcome.lost ?? row.outcome.outcome}`) })}`}
          </li>
        ))}
      </ul>
      <Button icon={icon.note} data-testid="all-consultations" onClick={() => (page.value = "history")}>
        {t("doctor.history")}
      </Button>
    </section>
  );
}

const SHOWN = 3;
