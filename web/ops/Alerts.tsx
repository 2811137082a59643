/** The list of alerts, one line for each cause and region. */

import type { SecurityKind } from "../protocol/api.ts";
import { moment } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import type { Alert } from "./alerts.ts";
import { alerts } from "./ops.ts";

export function Alerts() {
  return (
    <section class="alerts panel" aria-live="polite" data-testid="alerts">
      <h2>{t("ops.alerts")}</h2>
      {alerts.value.length === 0 && (
        <p class="good">
          <Icon of={icon.check} /> {t("ops.alerts.none")}
        </p>
      )}
      <ul>
        {alerts.value.map((alert) => (
          <li key={alert.key} data-testid="alert" data-cause={alert.cause}>
            <Icon of={icon.alert} />
            <div>
              <strong>{sentence(alert)}</strong>
              <p class="soft">
                {t("ops.alert.where", { places: where(alert), time: moment(alert.since) })}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const sentence = ({ cause, region, worst, places }: Alert): string =>
  t(`ops.alert.${cause}`, { region, worst, n: places.length });

/** The first few names; the table has the others. */
function where({ cause, places }: Alert): string {
  const names = cause === "security" ? places.map((kind) => t(`ops.security.${kind as SecurityKind}`)) : places;
  const [shown, more] = [names.filter(Boolean).slice(0, 3), places.length - 3];
  return shown.join(", ") + (more > 0 ? ` + ${more}` : "");
}
