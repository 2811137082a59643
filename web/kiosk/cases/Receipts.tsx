/** The receipts of a case and of what was written in it: kept, sent, read, answered; and who has the next step until when. */

import { useEffect } from "preact/hooks";
import { now, seconds } from "../../client/index.ts";
import type { Case } from "../../client/workflow/cases.ts";
import type { Filed } from "../../client/workflow/post.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { errorText, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { connection } from "../shell.ts";
import { forgetSent, giveUp, nameOf, type OwnAct, ownActs, toldFirst, tryTo, write } from "./acts.ts";
import { replied } from "./kept/replied.ts";
import { RECEIPTS, type Receipt, receiptOf, roughly, standingOf } from "./needs.ts";

/**
 * The four steps; those that were reached have a tick. A case that a full tablet has not kept has reached none. A question for the outcome
 * that nobody answered stands behind them.
 */
export function Receipts({ reached, askedAgain }: { reached: Receipt | "unkept"; askedAgain?: boolean }) {
  const last = reached === "unkept" ? -1 : RECEIPTS.indexOf(reached);
  return (
    <ol class="receipts" data-testid="receipts" data-state={reached}>
      {RECEIPTS.map((one, index) => (
        <li key={one} class={index <= last ? "good" : "soft"}>
          <Icon of={index <= last ? icon.check : icon.clock} /> {t(`kiosk.case.receipt.${one}`)}
        </li>
      ))}
      {askedAgain && (
        <li class="warn" data-testid="asked-again">
          <Icon of={icon.alert} /> {t("kiosk.case.receipt.asked_again")}
        </li>
      )}
    </ol>
  );
}

/** What a case has reached that the server does not have. */
export const reachedBy = ({ kept }: Filed): Receipt | "unkept" => (kept ? "saved" : "unkept");

/** One sentence: who has the next step, and until when. It is red when the time is over. */
export function NextStep({ row }: { row: Case }) {
  const at = (seconds.value, now());
  const standing = standingOf(row, at);
  const named = row.doctor ?? t("kiosk.case.specialist");
  const tone = standing === "late" ? "bad" : ["asked", "answered", "outcome", "outcome_again"].includes(standing) ? "warn" : "soft";
  return (
    <p class={`next ${tone}`} data-testid="case-next" data-standing={standing}>
      {standing === "late" && <Icon of={icon.alert} />}
      {t(`kiosk.case.next.${standing}`, { name: named, time: roughly(row.dueAt - at) })}
    </p>
  );
}

/** The receipts and the next step of a case that the server has. What is written on this tablet asks for nothing more. */
export function Progress({ row }: { row: Case }) {
  return (
    <>
      <Receipts reached={receiptOf(row)} askedAgain={row.state === "follow_up" && row.reminded} />
      {replied.value.has(row.consultation) ? <p class="next soft">{t("kiosk.case.act.stored")}</p> : <NextStep row={row} />}
    </>
  );
}

/** What was written on this tablet, and whether the server has it. Nothing if nothing was. */
export function OwnActs({ id }: { id: ConsultationId }) {
  const own = ownActs(id);
  useEffect(() => () => forgetSent(id), [id]);
  if (own.length === 0) return null;
  return (
    <ul class="own-acts" aria-live="polite">
      {own.map(({ message, item }) => (
        <OwnLine key={nameOf(message)} message={message} item={item} />
      ))}
    </ul>
  );
}

function OwnLine({ message, item }: OwnAct) {
  const isGoing = item?.state === "sent" && connection.state.value.at === "ready";
  const state = !item ? "sent" : isGoing ? "going" : item.state === "refused" ? "refused" : "stored";
  const first = item && toldFirst.value.get(item.key);
  const isTooLate = state === "refused" && (first !== undefined || item?.refusal === "outcome_told");
  const said = message.type === "examine" || message.type === "cancel" ? "" : message.text;
  return (
    <li data-testid="own-act" data-type={message.type} data-state={state}>
      <span>
        <strong>{t(`kiosk.case.act.${message.type}`)}</strong> {message.type === "tell_outcome" && t(`kiosk.case.outcome.${message.outcome}`)}
      </span>
      {said && <span class="said" dir="auto">{said}</span>}
      <span class={state === "refused" && !isTooLate ? "bad" : state === "sent" ? "good" : "soft"}>
        <Icon of={state === "sent" ? icon.check : state === "refused" ? icon.alert : icon.clock} />{" "}
        {isTooLate ? errorText("outcome_told") : state === "refused" ? errorText(item?.refusal ?? "internal") : t(item && !item.kept ? "kiosk.wait.unkept" : `kiosk.case.act.${state}`)}
      </span>
      {first && <strong data-testid="told-first">{t("kiosk.case.told_first", { outcome: t(`kiosk.case.outcome.${first}`) })}</strong>}
      {state === "refused" && (
        <span class="actions">
          {!isTooLate && (
            <Button icon={icon.send} data-testid="own-act-retry" onClick={() => void tryTo(write(message))}>
              {t("common.retry")}
            </Button>
          )}
          <Button kind="bare" icon={icon.close} data-testid="own-act-drop" onClick={() => void giveUp(message)}>
            {t("kiosk.case.act.drop")}
          </Button>
        </span>
      )}
    </li>
  );
}
