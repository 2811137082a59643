/** What became of evacuations, at the specialist's desk, until somebody has read it. */

import { newlyClosed } from "../../client/workflow/closed-structures.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { page } from "../doctor.ts";
import type { News } from "./news.ts";
import { news, read, wanted } from "./told.ts";

export function NewsBanners() {
  return (
    <>
      {news.value.map((one) => (
        <One key={one.key} news={one} />
      ))}
    </>
  );
}

function One({ news: { key, word, referral } }: { news: News }) {
  const { structure, order } = referral;
  const isGood = word === "counter";
  const open = () => {
    wanted.value = order.consultation;
    page.value = "history";
    read(key);
  };
  return (
    <Banner
      tone={isGood ? "good" : word === "died" ? "info" : "bad"}
      icon={isGood || word === "died" ? icon.note : icon.alert}
      data-testid="ev-news"
      actions={
        <div class="actions">
          <Button kind="primary" data-testid="ev-news-open" onClick={open}>
            {t("doctor.record")}
          </Button>
          <Button data-testid="ev-news-read" onClick={() => read(key)}>
            {t("common.ok")}
          </Button>
        </div>
      }
    >
      <strong>{t(`doctor.ev.news.${word}`, { place: structure.name, before: newlyClosed(referral)?.name ?? "" })}</strong>
      <p dir="auto">{order.letter.reason}</p>
    </Banner>
  );
}
