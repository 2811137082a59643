/** The desk while nobody waits: whether a request would be heard, and the doctor's last consultations. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/index.ts";
import type { ConsultationSummary } from "../protocol/api.ts";
import { Button } from "../ui/Button.tsx";
import { learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import french from "../ui/texts/fr.json?desk";
import { tryRing } from "./ringing.ts";

learn(french);

const LastConsultations = lazy(async () => (await import("./LastConsultations.tsx")).LastConsultations);

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
      {rows.length > 0 && <LastConsultations rows={rows} />}
    </div>
  );
}
