/** The gaps of the next two weeks, on top of the page: where a post would find nobody, why, and the way to fill it. */

import { useState } from "preact/hooks";
import type { Gap, RotaView } from "../protocol/rota.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { nameOf, SPECIALITIES, spanText } from "../ui/rota/words.ts";
import { type Draft, Editor } from "./Editor.tsx";

export function Gaps({ rota }: { rota: RotaView }) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [all, setAll] = useState(false);
  const gaps = [...rota.gaps].sort((a, b) => rank(a) - rank(b) || a.span.from - b.span.from);
  const shown = all ? gaps : gaps.slice(0, SHOWN);
  const unkept = SPECIALITIES.filter((speciality) => !rota.kept.includes(speciality));
  return (
    <section class="gaps" aria-labelledby="gaps-title">
      <h2 id="gaps-title">{t("rota.gaps")}</h2>
      {gaps.length === 0 && rota.kept.length > 0 && (
        <Banner tone="good" icon={icon.check} data-testid="no-gap">
          {t("rota.gaps.none")}
        </Banner>
      )}
      <ul>
        {shown.map((gap) => (
          <li
            key={`${gap.speciality}-${gap.level}-${gap.span.from}`}
            class={gap.level === "first" ? "gap bad" : "gap warn"}
            data-testid="gap"
            data-speciality={gap.speciality}
          >
            <p>
              <strong>{t("rota.gap.nobody", { speciality: t(`common.speciality.${gap.speciality}`) })}</strong>{" "}
              <span>{t(`duty.level.${gap.level}`)}</span> <span class="digits">{spanText(gap.span)}</span>{" "}
              <small>{reasonOf(rota, gap)}</small>
            </p>
            <Button data-testid="fill-gap" onClick={() => setDraft({ ...gap, exception: 0, doctor: null })}>
              {t("rota.gap.fill")}
            </Button>
          </li>
        ))}
      </ul>
      {gaps.length > SHOWN && (
        <Button kind="bare" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t("rota.gaps.fewer") : t("rota.gaps.more", { n: gaps.length - SHOWN })}
        </Button>
      )}
      {unkept.length > 0 && (
        <p class="soft" data-testid="unkept">
          {t("rota.unkept", { list: unkept.map((speciality) => t(`common.speciality.${speciality}`)).join(", ") })}
        </p>
      )}
      {draft && <Editor rota={rota} draft={draft} onClose={() => setDraft(null)} />}
    </section>
  );
}

/** The words for why nobody is there; empty if nobody was ever planned. */
function reasonOf(rota: RotaView, gap: Gap): string {
  const names = (list: string[]) => list.map((party) => nameOf(rota, party)).join(", ");
  const leave = gap.on_leave.length ? t("rota.gap.on_leave", { names: names(gap.on_leave) }) : "";
  const gone = gap.without_account.length ? t("rota.gap.without_account") : "";
  return [leave, gone].filter(Boolean).join(" ");
}

const rank = ({ level }: Gap): number => (level === "first" ? 0 : 1);

/** The gaps that are shown at once; a rota that was just begun has many. */
const SHOWN = 4;
