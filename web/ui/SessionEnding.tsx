/** The line that tells a person that the session ends soon, or has ended while a call goes on. */

import { now, seconds } from "../client/platform/clock.ts";
import { Banner } from "./Banner.tsx";
import { t } from "./i18n.ts";
import * as icon from "./icons.ts";

/** Shows nothing until the session ends soon. `at` is the time of its end on the scale of `now()`. */
export function SessionEnding({ at }: { at: number }) {
  const left_ms = at - (seconds.value, now());
  if (left_ms > WARNED_MS) return null;
  const minutes = Math.ceil(left_ms / MINUTE_MS);
  return (
    <Banner tone="warn" icon={icon.alert} data-testid="session-ending">
      {minutes > 0 ? t("account.ends_soon", { n: minutes }) : t("account.ended")}
    </Banner>
  );
}

const MINUTE_MS = 60_000;
/** The time before the end from which on the line is shown. */
const WARNED_MS = 15 * MINUTE_MS;
