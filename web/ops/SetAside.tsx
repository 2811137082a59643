/** The list of consultations that the server cannot read. It is not shown while there is none. */

import type { SetAside as Aside } from "../protocol/messages.ts";
import { dateAndTime } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";

export function SetAside({ list }: { list: readonly Aside[] }) {
  if (list.length === 0) return null;
  return (
    <section class="alerts panel" aria-live="polite" data-testid="set-asides">
      <h2>{t("ops.set_aside")}</h2>
      <p class="soft">{t("ops.set_aside.help")}</p>
      <ul>
        {list.map((aside) => (
          <li key={aside.consultation} data-testid="set-aside" data-reason={aside.reason}>
            <Icon of={icon.alert} />
            <div>
              <strong>{t(`ops.set_aside.${aside.reason}`)}</strong>
              <p class="soft">
                <code>{aside.consultation}</code>, {where(aside)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const where = ({ number, since }: Aside): string =>
  since ? t("ops.set_aside.where", { number, time: dateAndTime(since) }) : t("ops.set_aside.never");
