/** The doctors whose key for documents needs somebody: it ends soon, has ended, or has not begun. It is not shown while there is none. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/signalling/session.ts";
import type { EndingKey } from "../protocol/prescriptions.ts";
import { dayOfYear } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { account } from "./ops.ts";

export function SigningKeys() {
  const [keys, setKeys] = useState<readonly EndingKey[]>([]);
  useEffect(() => {
    const read = () => void get<EndingKey[]>("/api/ops/signing-keys").then(setKeys, (error: unknown) => account.note(error));
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (keys.length === 0) return null;
  return (
    <section class="alerts panel" aria-live="polite" data-testid="signing-keys">
      <h2>{t("ops.keys.title")}</h2>
      <p class="soft">{t("ops.keys.help")}</p>
      <ul>
        {keys.map(({ name, state, from, until }) => (
          <li key={`${name} ${until}`} data-testid="signing-key" data-state={state}>
            <Icon of={icon.alert} />
            <div>
              <strong dir="auto">{name}</strong>
              <p class="soft">{t(`ops.keys.${state}`, { date: dayOfYear(state === "not_begun" ? from : until) })}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Keys change by hand, and their ends are days. */
const EVERY_MS = 60_000;
