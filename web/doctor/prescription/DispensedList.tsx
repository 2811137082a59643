/** What was given of a prescription: whether all of it, and by whom, when and how much. */

import { extentOf } from "../../client/workflow/dispensing.ts";
import type { Dispensed, DispensedLine, PrescribedLine, Prescription } from "../../protocol/messages.ts";
import { moment } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { quantityText } from "../../ui/quantity.ts";

export function DispensedList({ of: { signed, dispensed = [] } }: { of: Prescription }) {
  if (dispensed.length === 0) return null;
  const extent = extentOf(signed.lines, dispensed);
  return (
    <div data-testid="rx-dispensed" data-extent={extent}>
      <p>
        <strong>
          <Icon of={extent === "whole" ? icon.check : icon.clock} /> {t(`doctor.rx.extent.${extent}`)}
        </strong>
      </p>
      <ul class="small">
        {dispensed.map((act) => (
          <li key={act.act} dir="auto">
            {whereOf(act, signed.post)}, {moment(act.at)} : {act.lines.map((line) => wordsOf(line, signed.lines)).join(" · ")}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The post, or the pharmacy as it named itself. */
const whereOf = ({ pharmacy }: Dispensed, post: string): string => (pharmacy ? `${pharmacy.name} (${pharmacy.person})` : post);

function wordsOf({ line, quantity, refused }: DispensedLine, lines: readonly PrescribedLine[]): string {
  const prescribed = lines[line];
  const drug = prescribed?.drug ?? "";
  if (refused) return t("doctor.rx.not_dispensed", { drug, why: t(`doctor.rx.why.${refused}`) });
  return prescribed?.quantity ? `${drug}, ${quantityText(quantity, prescribed.unit)}` : drug;
}
