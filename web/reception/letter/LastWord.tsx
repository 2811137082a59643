/** What an evacuation that is over, or that another structure has now, means for the reader; and the last remark of somebody. */

import { isRejectedOnTheWay } from "../../client/workflow/answers.ts";
import { isClosing } from "../../client/workflow/closed-structures.ts";
import type { Referral } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { identity } from "../account.ts";

export function LastWord({ referral }: { referral: Referral }) {
  const { state, structure, failed, steps = [] } = referral;
  const isDeath = failed === "died_on_the_way";
  const own = identity.value?.place.id;
  const last = steps.at(-1);
  const isClosed = last !== undefined && isClosing(last);
  const remark = last && !isClosed && "text" in last.event && last.event.event !== "counter_referral" ? last.event.text : undefined;
  return (
    <>
      {remark && last && (
        <p class="said" dir="auto">
          {last.by} : {remark}
        </p>
      )}
      {own !== undefined && structure.id !== own && (
        <Banner tone="warn" icon={icon.alert} data-testid="rc-elsewhere">
          {t("reception.elsewhere", { place: structure.name })}
        </Banner>
      )}
      {isRejectedOnTheWay(referral) && (
        <Banner tone="warn" icon={icon.alert} data-testid="rc-rejected-on-way">
          {t("reception.rejected_on_way")}
        </Banner>
      )}
      {(state === "rejected" || state === "cancelled" || state === "failed" || state === "completed") && (
        <Banner
          tone={state === "completed" ? "good" : isDeath ? "info" : "warn"}
          icon={state === "completed" ? icon.check : isDeath ? icon.note : icon.alert}
          data-testid="rc-over"
        >
          {t(isDeath ? "reception.over.died" : isClosed ? "reception.over.closed" : `reception.over.${state}`)}
        </Banner>
      )}
    </>
  );
}
