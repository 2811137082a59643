/**
 * What helps while nobody has answered yet: the first measures for this patient, and what was sent. It orders nothing, and
 * the post's own protocol comes first.
 */

import { dangers } from "../client/workflow/vitals.ts";
import type { PendingRequest } from "../client/index.ts";
import { learn, t } from "../ui/i18n.ts";
import french from "../ui/texts/fr.json?meanwhile";
import { Vitals } from "../ui/Vitals.tsx";
import { measures } from "./meanwhile.ts";

learn(french);

export function Meanwhile({ request }: { request: PendingRequest["request"] }) {
  const found = dangers(request.intake, request.speciality);
  return (
    <div class="meanwhile" data-testid="meanwhile">
      <h2>{t("kiosk.meanwhile.title")}</h2>
      <ul>
        {measures(found).map((measure) => (
          <li key={measure} data-testid="measure" data-measure={measure}>
            {t(`kiosk.meanwhile.${measure}`)}
          </li>
        ))}
      </ul>
      <h2>{t("kiosk.meanwhile.sent")}</h2>
      {request.intake.reason && <p class="said" dir="auto">{request.intake.reason}</p>}
      <Vitals intake={request.intake} dangers={found} brief />
    </div>
  );
}
