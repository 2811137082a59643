/** What a call tells of its evacuations, above everything that scrolls. What needs the post at once stays until it is done. */

import { seconds } from "../../../client/index.ts";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import type { ConsultationId } from "../../../protocol/messages.ts";
import { Banner, type Tone } from "../../../ui/Banner.tsx";
import { Button } from "../../../ui/Button.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { followedOf } from "../acts.ts";
import { anchorOf } from "./Item.tsx";
import { seen } from "../known.ts";
import { isPressing, keysOf, nextInCall, type Word } from "../news.ts";
import { Phone } from "./Phone.tsx";
import { see } from "../seen.ts";
import { genderOf, moreOf, stateText } from "../words.ts";

/** The tone of a word. */
export const toneOf = (word: Word): Tone =>
  word === "arrival_due" || word === "departure_due" || word === "closed" ? "warn" : isPressing(word) ? "bad" : word === "accepted" || word === "there" || word === "counter" ? "good" : "info";

export function EvacuationNotice({ of }: { of: ConsultationId }) {
  const now = (seconds.value, wallNow());
  const next = nextInCall(followedOf(of).map(({ one }) => one), seen.value, now);
  if (!next) return null;
  const { word, one } = next;
  const more = moreOf(one, now).join(" · ");
  const show = () => {
    see(keysOf([one], now, seen.peek()));
    document.getElementById(anchorOf(one.order.referral))?.scrollIntoView({ block: "start" });
  };
  return (
    <Banner
      tone={toneOf(word)}
      icon={isPressing(word) ? icon.alert : icon.arrow}
      data-testid="ev-notice"
      {...{ "data-word": word }}
      actions={
        <>
          {word === "unanswered" && <Phone of={one.structure} />}
          <Button data-testid="ev-open" onClick={show}>{t("kiosk.evac.see")}</Button>
        </>
      }
    >
      <strong>{word === "unanswered" ? t("kiosk.evac.unanswered") : word === "departure_due" ? t(`kiosk.evac.left_${genderOf(one)}`) : stateText(one)}</strong>
      {more && <p>{more}</p>}
    </Banner>
  );
}
