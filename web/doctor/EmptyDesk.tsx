/** The desk while nobody waits: whether a request would be heard, and the doctor's last consultations. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/index.ts";
import type { ConsultationSummary } from "../protocol/api.ts";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import french from "../ui/texts/fr.json?desk";
import { page } from "./doctor.ts";
import { tryRing } from "./ringing.ts";

learn(french);

export function EmptyDesk() {
  const [rows, setRows] = useState<ConsultationSummary[]>([]);
  useEffect(() => {
    // Without them the desk is as good; the list of past consultations tells a failure.
    get<ConsultationSummary[]>("/api/consultations").then(setRows, () => undefined);
  }, []);
  return (
    <div class="idle" data-testid="empty-desk">
      <p class="soft">{t("doctor.idle.ring_hint")}</p>
      <Button icon={icon.speaker} data-testid="try-ring" onClick={tryRing}>
        {t("doctor.idle.ring")}
      </Button>
      {rows.length > 0 && (
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
      )}
    </div>
  );
}

const SHOWN = 3;
