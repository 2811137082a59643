/** The receipts of a case: kept, sent, read, answered; and who has the next step until when. */

import { now, seconds } from "../../client/index.ts";
import type { Case } from "../../client/workflow/cases.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { RECEIPTS, type Receipt, receiptOf, roughly, standingOf } from "./needs.ts";

/** The four steps; those that were reached have a tick. */
export function Receipts({ reached }: { reached: Receipt }) {
  const last = RECEIPTS.indexOf(reached);
  return (
    <ol class="receipts" data-testid="receipts" data-state={reached}>
      {RECEIPTS.map((one, index) => (
        <li key={one} class={index <= last ? "good" : "soft"}>
          <Icon of={index <= last ? icon.check : icon.clock} /> {t(`kiosk.case.receipt.${one}`)}
        </li>
      ))}
    </ol>
  );
}

/** One sentence: who has the next step, and until when. It is red when the time is over. */
export function NextStep({ row }: { row: Case }) {
  const at = (seconds.value, now());
  const standing = standingOf(row, at);
  const named = row.doctor ?? t("kiosk.case.specialist");
  const tone = standing === "late" ? "bad" : ["asked", "answered", "outcome"].includes(standing) ? "warn" : "soft";
  return (
    <p class={`next ${tone}`} data-testid="case-next" data-standing={standing}>
      {standing === "late" && <Icon of={icon.alert} />}
      {t(`kiosk.case.next.${standing}`, { name: named, time: roughly(row.dueAt - at) })}
    </p>
  );
}

/** The receipts and the next step of a case that the server has. */
export function Progress({ row }: { row: Case }) {
  return (
    <>
      <Receipts reached={receiptOf(row)} />
      <NextStep row={row} />
    </>
  );
}
