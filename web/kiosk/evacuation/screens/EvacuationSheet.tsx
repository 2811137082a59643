/** The evacuations of one consultation. It is drawn only where the texts of a patient may be shown. */

import { useEffect } from "preact/hooks";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import { isUnderWay } from "../../../client/workflow/referrals.ts";
import type { ConsultationId, Referral } from "../../../protocol/messages.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { connection } from "../../shell.ts";
import { followedOf } from "../acts.ts";
import { Item } from "./Item.tsx";
import { seen } from "../known.ts";
import { keysOf } from "../news.ts";
import { see } from "../seen.ts";

interface SheetProps {
  of: ConsultationId;
  /** True in a call, where a notice tells what is new until it was touched. */
  inCall?: boolean;
  /** True on a screen whose own title says what this is. */
  untitled?: boolean;
}

export function EvacuationSheet({ of, inCall, untitled }: SheetProps) {
  const all = followedOf(of);
  const keys = keysOf(all.map(({ one }) => one), wallNow(), seen.value);
  useEffect(() => {
    if (!inCall) see(keys);
  }, [inCall, keys.join()]);
  if (all.length === 0) return null;
  return (
    <div class="evacuations">
      {!untitled && <h2>{t("kiosk.evac.title")}</h2>}
      {!inCall && !untitled && <Unchecked of={all.map(({ one }) => one)} />}
      {[...all].reverse().map((one) => (
        <Item key={one.one.order.referral} of={one} {...(inCall && { inCall })} />
      ))}
    </div>
  );
}

/** Says that what is shown may be old, where somebody may have answered meanwhile. */
export function Unchecked({ of }: { of: readonly Referral[] }) {
  if (connection.state.value.at === "ready" || !of.some(isUnderWay)) return null;
  return (
    <Banner tone="warn" icon={icon.linkOff} data-testid="ev-unchecked">
      {t("kiosk.evac.unchecked")}
    </Banner>
  );
}
