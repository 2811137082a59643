/** The top of "Mes gardes": what was answered since one last looked, and the swaps that wait for one's own answer. */

import type { RotaNewsLine, RotaView } from "../protocol/rota.ts";
import { Banner, type Tone } from "../ui/Banner.tsx";
import { moment } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { nameOf, spanText, stretchText } from "../ui/rota/words.ts";
import { dutyNews } from "./duty-news.ts";

export function DutyNews({ rota }: { rota: RotaView }) {
  const lines = dutyNews.value?.lines ?? [];
  return (
    <>
      {lines.map((line) => (
        <Banner key={line.version} tone={toneOf(line)} icon={toneOf(line) === "good" ? icon.check : icon.alert} data-testid="duty-news-line">
          <strong data-testid={`news-${line.what.kind}`}>{wordsOf(rota, line)}</strong>
          <br />
          <small class="digits">{moment(line.at)}</small>
        </Banner>
      ))}
    </>
  );
}

function wordsOf(rota: RotaView, { by, what }: RotaNewsLine): string {
  if ("span" in what) return t(`duty.news.${what.kind}`, { by, span: spanText(what.span) });
  const { gives, in_return, from, to } = what.swap;
  const words = { by, duty: stretchText(gives), from: nameOf(rota, from), to: nameOf(rota, to) };
  const back = in_return && ` ${t("duty.swap.return", { duty: stretchText(in_return) })}.`;
  return t(`duty.news.${what.kind}`, words) + (back ?? "");
}

const toneOf = ({ what: { kind } }: RotaNewsLine): Tone =>
  kind === "leave_granted" || kind === "leave_given" || kind === "swap_accepted" ? "good" : "warn";
