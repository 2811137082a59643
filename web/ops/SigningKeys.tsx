/** The doctors whose key for documents needs somebody: it ends soon, has ended, has not begun or was withdrawn. It is not shown while there is none. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/signalling/session.ts";
import type { EndingKey, SigningKeys as Keys, WithdrawnHolder } from "../protocol/prescriptions.ts";
import { dayOfYear } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { account } from "./ops.ts";

export function SigningKeys() {
  const [{ ending, withdrawn }, setKeys] = useState<Keys>({ ending: [], withdrawn: [] });
  useEffect(() => {
    const read = () => void get<Keys>("/api/ops/signing-keys").then(setKeys, (error: unknown) => account.note(error));
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      {ending.length > 0 && <Ending keys={ending} />}
      {withdrawn.length > 0 && <Withdrawn holders={withdrawn} />}
    </>
  );
}

function Ending({ keys }: { keys: readonly EndingKey[] }) {
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

/** An alert stands only beside whoever cannot sign now because a key was lost. */
function Withdrawn({ holders }: { holders: readonly WithdrawnHolder[] }) {
  return (
    <section class="alerts panel" aria-live="polite" data-testid="withdrawn-keys">
      <h2>{t("ops.keys.withdrawn")}</h2>
      <ul>
        {holders.map(({ name, order_number, withdrawn: { at, why }, signs }) => (
          <li key={`${name} ${order_number} ${at}`} data-testid="withdrawn-key" data-why={why} data-signs={signs}>
            {why === "lost" && !signs && <Icon of={icon.alert} />}
            <div>
              <strong dir="auto">{order_number ? t("common.signer_number", { name, number: order_number }) : name}</strong>
              <p class="soft">{t(`ops.keys.${why}`, { date: dayOfYear(at) })}</p>
              {(signs || why === "lost") && <p class="soft">{t(signs ? "ops.keys.other" : "ops.keys.none")}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Keys change by hand, and their ends are days. */
const EVERY_MS = 60_000;
