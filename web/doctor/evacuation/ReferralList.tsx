/** The evacuations of a consultation, the newest first: where each stands, what is next, and what the doctor may still do. */

import { useState } from "preact/hooks";
import { post } from "../../client/signalling/session.ts";
import type { ConsultationId, Referral, ReferralEvent, TriedStructure } from "../../protocol/messages.ts";
import { hasRejected, isRejectedOnTheWay } from "../../client/workflow/answers.ts";
import { isClosing, wasClosed } from "../../client/workflow/closed-structures.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { moment, timeOfDay } from "../../ui/dates.ts";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { LetterText } from "../../ui/referral/LetterText.tsx";
import { StepLine } from "../../ui/referral/StepLine.tsx";
import { stateText } from "../../ui/referral/words.ts";
import { useActing } from "../cases/acts.ts";
import { AskDialog } from "./AskDialog.tsx";
import { CancelDialog } from "./CancelDialog.tsx";
import { canCancel, nextOf } from "./next.ts";
import { take } from "./told.ts";

interface ListProps {
  id: ConsultationId;
  referrals: readonly Referral[];
  /** True if the reader may ask the next structure or cancel, also after the end of the consultation. */
  canAct: boolean;
  /** More that the reader may do with one. */
  actionsOf?: (referral: Referral) => preact.ComponentChildren;
}

export function ReferralList({ id, referrals, canAct, actionsOf }: ListProps) {
  return (
    <ol class="ev-items" aria-live="polite" aria-label={t("doctor.evacuate.list")}>
      {[...referrals].reverse().map((one) => (
        <Item key={one.order.referral} id={id} referral={one} canAct={canAct}>
          {actionsOf?.(one)}
        </Item>
      ))}
    </ol>
  );
}

interface ItemProps {
  id: ConsultationId;
  referral: Referral;
  canAct: boolean;
  children?: preact.ComponentChildren;
}

function Item({ id, referral, canAct, children }: ItemProps) {
  const { order, state, structure } = referral;
  return (
    <li class={state} data-testid="ev-item" data-state={state} data-referral={order.referral}>
      <p>
        <strong>{stateText(referral)}</strong> · <bdi>{structure.name}</bdi>
        {structure.phone && (
          <>
            {" · "}
            <a href={`tel:${structure.phone.replaceAll(" ", "")}`}>{structure.phone}</a>
          </>
        )}
      </p>
      <StepLine referral={referral} />
      <News referral={referral} />
      <Counter referral={referral} />
      <details>
        <summary>{t("doctor.ev.letter")}</summary>
        <LetterText letter={order.letter} />
        <p class="small soft digits">{t("doctor.ev.code", { code: order.code })}</p>
      </details>
      {canAct && <Acts id={id} referral={referral} />}
      {children}
    </li>
  );
}

/** What happened on the way, and what is to be done by people now. */
function News({ referral }: { referral: Referral }) {
  const { state, tried = [], structure, unanswered_since, steps = [], arrival_asked_at, departed } = referral;
  const said = steps.at(-1);
  const last = said && !isClosing(said) ? said.event : undefined;
  return (
    <>
      {tried.map((one) => (
        <Tried key={`${one.structure.id} ${one.at}`} tried={one} isClosed={wasClosed(referral, one)} />
      ))}
      {isRejectedOnTheWay(referral) && (
        <Banner tone="bad" icon={icon.alert} data-testid="ev-rejected-on-way">
          {t("doctor.ev.rejected_on_way", { place: structure.name })}
        </Banner>
      )}
      {unanswered_since !== undefined && WAITS.includes(state) && (
        <Banner tone="warn" icon={icon.phone} data-testid="ev-unanswered">
          {t("doctor.ev.nobody", { place: structure.name, time: timeOfDay(unanswered_since) })}
        </Banner>
      )}
      {departed && (
        <p class="small">
          {t("doctor.ev.departed", { time: moment(departed.at), how: t(`common.referral.transport.${departed.transport}`) })}
          {departed.eta_min !== undefined && ` · ${t("doctor.ev.expected", { time: timeOfDay(departed.at + departed.eta_min * 60_000) })}`}
        </p>
      )}
      {arrival_asked_at !== undefined && state === "en_route" && (
        <Banner tone="warn" icon={icon.alert}>{t("doctor.ev.not_heard")}</Banner>
      )}
      {last && "text" in last && last.text && last.event !== "counter_referral" && (
        <p class="said" dir="auto">
          {last.text}
        </p>
      )}
    </>
  );
}

/** A structure that did not take the patient. */
function Tried({ tried: { structure, state, reason, text, at }, isClosed }: { tried: TriedStructure; isClosed: boolean }) {
  return (
    <p class="small" data-testid="ev-tried">
      <Icon of={icon.close} /> {t(`doctor.ev.tried.${isClosed ? "closed" : state}`, { place: structure.name, time: moment(at) })}
      {!isClosed && reason && ` : ${t(`common.referral.reject.${reason}`)}`}
      {!isClosed && text && <span dir="auto"> · {text}</span>}
    </p>
  );
}

/** The contre-référence: what the receiving structure writes back. */
function Counter({ referral: { counter_referral: counter } }: { referral: Referral }) {
  if (!counter) return null;
  return (
    <section class="ev-counter" data-testid="ev-counter">
      <h3>{t("common.referral.counter")}</h3>
      <p class="said" dir="auto">
        {counter.text}
      </p>
      <p class="small soft">{t("common.advice_by", { name: counter.by, when: moment(counter.at) })}</p>
    </section>
  );
}

function Acts({ id, referral }: { id: ConsultationId; referral: Referral }) {
  const [cancelling, setCancelling] = useState(false);
  const [asking, setAsking] = useState(false);
  // A second try is the same act, so that it happens once.
  const [act, setAct] = useState(() => crypto.randomUUID());
  const acting = useActing();
  const next = nextOf(referral);
  const path = `/api/consultations/${id}/referrals/${referral.order.referral}/events`;
  const send = (event: ReferralEvent) =>
    acting.run(async () => {
      take(await post<Referral>(path, { act, event }));
      setAct(crypto.randomUUID());
    });
  if (!next && !canCancel(referral)) return null;
  return (
    <>
      {acting.fault && !cancelling && !asking && (
        <Banner tone="warn" icon={icon.alert} data-testid="ev-act-fault">
          {acting.fault}
        </Banner>
      )}
      <div class="actions">
        {next && (
          <Button
            kind={referral.state === "rejected" ? "primary" : "plain"}
            icon={icon.send}
            disabled={acting.busy}
            data-testid="ev-next"
            onClick={() => setAsking(true)}
          >
            {t("doctor.ev.next", { place: next.name })}
          </Button>
        )}
        {canCancel(referral) && (
          <Button disabled={acting.busy} data-testid="ev-cancel" onClick={() => setCancelling(true)}>
            {t("doctor.ev.cancel")}
          </Button>
        )}
      </div>
      {!next && hasRejected(referral) && <p class="small warn">{t("doctor.ev.no_next")}</p>}
      {asking && next && (
        <AskDialog
          acting={acting}
          referral={referral}
          next={next}
          onClose={() => setAsking(false)}
          onAsk={async () => void ((await send({ event: "asked_next", structure: next })) && setAsking(false))}
        />
      )}
      {cancelling && (
        <CancelDialog
          acting={acting}
          onClose={() => setCancelling(false)}
          onCancel={async (text) => void ((await send({ event: "cancelled", text })) && setCancelling(false))}
        />
      )}
    </>
  );
}

const WAITS: readonly Referral["state"][] = ["requested", "received", "en_route"];
