/** The evacuations to the structure, in the order in which they need somebody. No patient stands here, because a ward reads along. */

import { useEffect, useState } from "preact/hooks";
import { isUnopened } from "../client/workflow/answers.ts";
import type { ReceivedReferral } from "../protocol/referrals.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { moment, timeOfDay } from "../ui/dates.ts";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { stateText } from "../ui/referral/words.ts";
import { soundReady, unlockSound } from "./alarm.ts";
import { inParts } from "./order.ts";
import { AskText } from "./letter/Question.tsx";
import { list, moveRow, openRow, stale } from "./reception.ts";
import { type Act, questionOf } from "./steps.ts";

export function List() {
  const known = list.value;
  useEffect(unlockSound, []);
  return (
    <>
      {!soundReady.value && (
        <Banner
          tone="warn"
          icon={icon.speaker}
          actions={<Button data-testid="rc-sound" onClick={unlockSound}>{t("reception.sound_on")}</Button>}
        >
          {t("reception.sound_off")}
        </Banner>
      )}
      {stale.value && (
        <Banner tone="warn" icon={icon.linkOff} data-testid="outage">
          {known ? t("reception.old_list", { time: moment(known.at) }) : t("reception.offline")}
        </Banner>
      )}
      {!known && !stale.value && <p role="status">{t("common.loading")}</p>}
      {known && <Rows rows={known.rows} />}
      {known && !stale.value && <p class="small soft digits">{t("reception.at", { time: timeOfDay(known.at) })}</p>}
    </>
  );
}

function Rows({ rows }: { rows: readonly ReceivedReferral[] }) {
  if (rows.length === 0)
    return (
      <div class="empty" data-testid="rc-empty">
        <Icon of={icon.check} />
        <p>
          <strong>{t("reception.empty")}</strong>
        </p>
        <p class="soft">{t("reception.empty_more")}</p>
      </div>
    );
  return (
    <>
      {inParts(rows)
        .filter(([, own]) => own.length > 0)
        .map(([part, own]) => {
          const items = (
            <ul class="rows" aria-live={part === "answer" ? "polite" : undefined}>
              {own.map((row) => (
                <Row key={row.referral.order.referral} row={row} />
              ))}
            </ul>
          );
          if (part === "over")
            return (
              <details key={part} class="part">
                <summary>{`${t(`reception.part.${part}`)} (${own.length})`}</summary>
                {items}
              </details>
            );
          return (
            <section key={part} class="part" aria-labelledby={`part-${part}`}>
              <h2 id={`part-${part}`}>
                {t(`reception.part.${part}`)} <span class="count">{own.length}</span>
              </h2>
              {items}
            </section>
          );
        })}
    </>
  );
}

function Row({ row: { referral, post } }: { row: ReceivedReferral }) {
  const { order, state, asked_at } = referral;
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  // A second try is the same act, so that it happens once.
  const [arrival] = useState(() => crypto.randomUUID());
  const question = questionOf(referral);
  const run = async (what: () => Promise<void>) => {
    unlockSound();
    setBusy(true);
    setFault(null);
    await what().catch((error: unknown) => setFault(errorTextOf(error)));
    setBusy(false);
  };
  const open = (act?: Act) => void run(() => openRow(order.referral, act));
  return (
    <li class={`row ${order.urgency} ${state}`} data-testid="rc-row" data-state={state} data-referral={order.referral}>
      <p class="marks">
        <span class={`urgency ${order.urgency}`}>
          {order.urgency === "stat" && <Icon of={icon.alert} />} {t(`common.urgency.${order.urgency}`)}
        </span>
        {isUnopened(referral) && <span class="new">{t("reception.new")}</span>}
      </p>
      <p class="stand">
        <strong>{stateText(referral)}</strong> <span class="soft digits">{moment(asked_at)}</span>
      </p>
      <h3 dir="auto">
        {post.name} <span class="soft">{post.district}</span>
      </h3>
      {order.needs.length > 0 && <p class="needs">{order.needs.map((need) => t(`common.referral.need.${need}`)).join(" · ")}</p>}
      <Way referral={referral} />
      {question && (
        <div class="ask" data-testid="rc-ask" data-question={question}>
          <AskText referral={referral} />
        </div>
      )}
      {!question && (state === "arrived" || state === "in_care") && <p class="warn small">{t("reception.owes")}</p>}
      {fault && (
        <p class="fault warn" role="alert">
          {fault}
        </p>
      )}
      <div class="actions">
        {question === "arrival" && (
          <>
            <Button
              kind="go"
              icon={icon.check}
              disabled={busy}
              data-testid="rc-ask-arrived"
              onClick={() => void run(() => moveRow(order.referral, arrival, { event: "arrived" }))}
            >
              {t("reception.ask.arrived")}
            </Button>
            <Button disabled={busy} data-testid="rc-ask-failed" onClick={() => open("failed")}>
              {t("reception.ask.not_arrived")}
            </Button>
          </>
        )}
        {question === "counter" && (
          <Button kind="primary" icon={icon.note} disabled={busy} data-testid="rc-ask-counter" onClick={() => open("counter")}>
            {t("reception.counter")}
          </Button>
        )}
        <Button
          kind={isUnopened(referral) || state === "received" ? "primary" : "plain"}
          icon={icon.note}
          disabled={busy}
          data-testid="rc-open"
          onClick={() => open()}
        >
          {t(busy ? "common.loading" : "reception.read")}
        </Button>
      </div>
    </li>
  );
}

/** When the patient left for this structure and how, and when they are expected. */
export function Way({ referral }: Pick<ReceivedReferral, "referral">) {
  const { departed } = referral;
  if (!departed) return null;
  const { at, eta_min, transport } = departed;
  return (
    <p class="digits" data-testid="rc-way">
      {t("reception.departed", { time: moment(at), how: t(`common.referral.transport.${transport}`) })}
      {eta_min !== undefined && (
        <>
          {" · "}
          <strong>{t("reception.expected", { time: timeOfDay(at + eta_min * 60_000) })}</strong>
        </>
      )}
    </p>
  );
}
