/** What the first screen tells of all evacuations, and the way to them. It says nothing of a patient; the number of a structure is public. */

import { useEffect } from "preact/hooks";
import { seconds, testTone } from "../../../client/index.ts";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { Button } from "../../../ui/Button.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { screen } from "../../shell.ts";
import { followed } from "../acts.ts";
import { toneOf } from "./EvacuationNotice.tsx";
import { referrals, seen } from "../known.ts";
import { isLoud, isPressing, onFirstScreen } from "../news.ts";
import { Phone } from "./Phone.tsx";

export function EvacuationDoor() {
  const all = onFirstScreen(referrals.value.map((told) => followed(told).one), seen.value, (seconds.value, wallNow()));
  const first = all[0];
  const pressing = all.filter(({ word }) => isLoud(word)).map(({ key }) => key).join();
  useEffect(() => {
    if (pressing) void testTone();
  }, [pressing]);
  if (!first) return null;
  const { word, one } = first;
  const count = all.filter((news) => news.word === word).length;
  return (
    <div class="ev-door">
      <Banner
        tone={toneOf(word)}
        icon={isPressing(word) ? icon.alert : icon.arrow}
        data-testid="ev-notice"
        {...{ "data-word": word }}
        actions={
          <>
            {word === "unanswered" && <Phone of={one.structure} />}
            <Button data-testid="ev-open" onClick={() => (screen.value = { at: "evacuations" })}>
              {t("kiosk.evac.see")}
            </Button>
          </>
        }
      >
        <strong>{t(`kiosk.evac.door.${word === "there" ? "under_way" : word}`)}{count > 1 && ` (${count})`}</strong>
      </Banner>
    </div>
  );
}
