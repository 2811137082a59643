/** One evacuation: where it stands, whom to telephone, and what is to be done next. */

import { useState } from "preact/hooks";
import { isRejectedOnTheWay, isUnopened, mayTurn } from "../../../client/workflow/answers.ts";
import { wasClosed } from "../../../client/workflow/closed-structures.ts";
import { isArrivalDue, isOver, isUnanswered, mayTell } from "../../../client/workflow/referrals.ts";
import { seconds } from "../../../client/index.ts";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import type { Referral } from "../../../protocol/messages.ts";
import { AmbulanceLink } from "../../../ui/ambulance/later.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { Button } from "../../../ui/Button.tsx";
import { dateAndTime } from "../../../ui/dates.ts";
import { errorText, errorTextOf, t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { toast } from "../../../ui/Toast.tsx";
import { fallback, place } from "../../shell.ts";
import { type Followed, forget, tellOf, understood } from "../acts.ts";
import { AskNext } from "./AskNext.tsx";
import { Departure } from "./Departure.tsx";
import { Cancel, NotArrived } from "./Ends.tsx";
import { Letter } from "./Letter.tsx";
import { LinkCode } from "./link-code.ts";
import { keyOf, seen } from "../known.ts";
import { asksDeparture, isPressing, notYet, wordOf } from "../news.ts";
import { Phone } from "./Phone.tsx";
import { see } from "../seen.ts";
import { counterSheetOf, sheetOf } from "../sheet.ts";
import { Steps } from "./Steps.tsx";
import { wayTo } from "../way.ts";
import { actText, at, genderOf, moreOf, stateText, triedSentence } from "../words.ts";

export function Item({ of, inCall }: { of: Followed; inCall?: boolean }) {
  const { one } = of;
  const { structure, order } = one;
  const now = (seconds.value, wallNow());
  const isLoud = isPressing(wordOf(one, now, seen.value));
  return (
    <article id={anchorOf(order.referral)} class={isOver(one) ? "ev over" : isLoud ? "ev loud" : "ev"} data-testid="ev-item" data-state={one.state}>
      <header>
        <div>
          <h3 dir="auto">{structure.name}</h3>
          <p class="soft">{[structure.district, wayTo(structure.id), order.letter.patient].filter(Boolean).join(" · ")}</p>
        </div>
        {!isOver(one) && !isUnanswered(one) && <Phone of={structure} isNext={isCallNext(one, now)} />}
      </header>
      <p class={one.state === "rejected" ? "ev-state bad" : "ev-state"} role="status" data-testid="ev-state">{stateText(one)}</p>
      {moreOf(one, now).map((line) => (
        <p key={line} class="said" dir="auto">{line}</p>
      ))}
      <Unsent of={of} />
      <Counter of={one} />
      <Steps of={one} />
      <Next of={one} now={now} />
      {inCall && <AmbulanceLink of={one} qr={qr} />}
      <Tried of={one} />
      {one.state !== "cancelled" && (
        <p data-testid="ev-code">
          {t("kiosk.evac.code")} {isAsking(of) ? t("kiosk.evac.code_later") : <strong class="ev-code digits">{order.code}</strong>}
        </p>
      )}
      <Letter of={order} />
      <Foot of={of} />
    </article>
  );
}

/** The address for the telephone of an ambulance, which its camera reads from the tablet. */
const qr = (address: string) => <LinkCode of={address} />;

/** The place of an evacuation in the page, to which a notice leads. */
export const anchorOf = (referral: string): string => `ev-${referral}`;

/** True if the next step is to telephone: somebody is asked, and has not said yes. */
const isCallNext = (one: Referral, now: number): boolean =>
  one.state === "received" || isUnopened(one) || isArrivalDue(one, now);

/** What this tablet has not sent yet, and what came too late. */
function Unsent({ of: { unsent, late } }: { of: Followed }) {
  return (
    <>
      {unsent.map((act) =>
        act.refusal ? (
          <Banner
            key={act.key}
            tone="warn"
            icon={icon.alert}
            data-testid="ev-refused"
            actions={<Button onClick={() => forget(act.key)}>{t("kiosk.evac.understood")}</Button>}
          >
            <strong>{t("kiosk.evac.refused", { act: actText(act.event) })}</strong>
            <p>{errorTextOf({ code: act.refusal })}</p>
          </Banner>
        ) : (
          <Banner key={act.key} icon={icon.clock} data-testid="ev-saved">
            <strong>{t("kiosk.evac.unsent", { act: actText(act.event) })}</strong>
            <p>{t("kiosk.evac.saved", { time: at(act.at) })}</p>
          </Banner>
        ),
      )}
      {late.map((act) => (
        <Banner
          key={act.act}
          tone="warn"
          icon={icon.alert}
          data-testid="ev-late"
          actions={<Button onClick={() => understood(act.act)}>{t("kiosk.evac.understood")}</Button>}
        >
          {t("kiosk.evac.late", { act: actText(act.event), time: at(act.at) })}
        </Banner>
      ))}
    </>
  );
}

/** What is to be done next: a question, or at most one act that stands out. */
function Next({ of, now }: { of: Referral; now: number }) {
  if (isRejectedOnTheWay(of)) return <RejectedOnTheWay of={of} />;
  if (isUnanswered(of)) return <Unanswered of={of} />;
  if (isArrivalDue(of, now)) return <ArrivalQuestion of={of} />;
  if (asksDeparture(of, now, seen.value)) return <DepartureQuestion of={of} />;
  return (
    <div class="actions">
      {of.state === "rejected" && <AskNext of={of} isNext />}
      <Depart of={of} />
      {of.state === "en_route" && <Arrived of={of} />}
      {of.state === "en_route" && <NotArrivedButton of={of} />}
    </div>
  );
}

function Unanswered({ of }: { of: Referral }) {
  const { structure, order } = of;
  const others = order.others.filter(({ id, phone }) => phone && id !== structure.id);
  const centre = fallback.value;
  const isOther = centre?.phone && ![structure, ...others].some(({ id }) => id === centre.id);
  return (
    <Banner tone="bad" icon={icon.alert} data-testid="ev-unanswered">
      <strong class="ev-loud">{t("kiosk.evac.unanswered")}</strong>
      <div class="ev-phones">
        <Phone of={structure} isNext named />
        {others.map((other) => (
          <Phone key={other.id} of={other} named />
        ))}
        {isOther && <Phone of={centre} named />}
      </div>
      <div class="actions">
        <Depart of={of} />
        <AskNext of={of} isNext={false} />
      </div>
      {of.state === "en_route" && <Arrivals of={of} />}
    </Banner>
  );
}

/** The structure said no or closed while the patient is on the way: whoever drives must hear it, and another structure may be asked. */
function RejectedOnTheWay({ of }: { of: Referral }) {
  return (
    <Banner tone="bad" icon={icon.alert} data-testid="ev-rejected-on-way">
      <strong class="ev-loud">{t("kiosk.evac.rejected_on_way")}</strong>
      <div class="actions">
        <AskNext of={of} isNext />
      </div>
      <Arrivals of={of} />
    </Banner>
  );
}

function ArrivalQuestion({ of }: { of: Referral }) {
  return (
    <Banner tone="warn" icon={icon.clock} data-testid="ev-arrival-asked">
      <strong class="ev-loud">{t(`kiosk.evac.arrival_${genderOf(of)}`)}</strong>
      <Arrivals of={of} />
    </Banner>
  );
}

/** The structure has said yes a while ago, and expects somebody of whom nobody has said that they left. */
function DepartureQuestion({ of }: { of: Referral }) {
  const [departing, setDeparting] = useState(false);
  const [cancelling, setCancelling] = useState(false);
  return (
    <Banner tone="warn" icon={icon.clock} data-testid="ev-departure-asked">
      <strong class="ev-loud">{t(`kiosk.evac.left_${genderOf(of)}`)}</strong>
      <p>{t("kiosk.evac.left_more", { name: of.structure.name })}</p>
      <div class="ev-answers">
        <Button kind="go" class="ev-act" icon={icon.arrow} data-testid="ev-depart" onClick={() => setDeparting(true)}>
          {t("kiosk.evac.left_yes")}
        </Button>
        <Button class="ev-act" icon={icon.clock} data-testid="ev-not-yet" onClick={() => see([notYet(of, wallNow())])}>
          {t("kiosk.evac.left_not_yet")}
        </Button>
        <Button class="ev-act" icon={icon.close} data-testid="ev-stays" onClick={() => setCancelling(true)}>
          {t(`kiosk.evac.left_no_${genderOf(of)}`)}
        </Button>
      </div>
      {departing && <Departure of={of} wasEarlier onClose={() => setDeparting(false)} />}
      {cancelling && <Cancel of={of} onClose={() => setCancelling(false)} />}
    </Banner>
  );
}

/** The button of a departure: the next step once the structure has said yes, or for a patient who is taken to another one, and possible before. */
function Depart({ of }: { of: Referral }) {
  const [open, setOpen] = useState(false);
  if (!mayTell(of, "departed")) return null;
  const word = of.state === "accepted" ? "depart" : of.state === "en_route" ? "new_road" : "depart_now";
  return (
    <>
      <Button kind={word === "depart_now" ? "plain" : "primary"} class="ev-act" icon={icon.arrow} data-testid="ev-depart" onClick={() => setOpen(true)}>
        {t(`kiosk.evac.${word}`)}
      </Button>
      {open && <Departure of={of} onClose={() => setOpen(false)} />}
    </>
  );
}

/** What became of a patient who is on the way. */
const Arrivals = ({ of }: { of: Referral }) => (
  <div class="ev-answers">
    <Arrived of={of} />
    <NotArrivedButton of={of} />
  </div>
);

const Arrived = ({ of }: { of: Referral }) => (
  <Button kind="go" class="ev-act" icon={icon.check} data-testid="ev-arrived" onClick={() => void tellOf(of, { event: "arrived" })}>
    {t(`kiosk.evac.arrived_${genderOf(of)}`)}
  </Button>
);

function NotArrivedButton({ of }: { of: Referral }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button class="ev-act" icon={icon.close} data-testid="ev-failed" onClick={() => setOpen(true)}>
        {t(`kiosk.evac.not_arrived_${genderOf(of)}`)}
      </Button>
      {open && <NotArrived of={of} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The structures that were asked before. */
function Tried({ of }: { of: Referral }) {
  const { state, structure: asked, tried = [] } = of;
  // What the structure that is asked now has said stands above.
  const isNow = state === "rejected" || isRejectedOnTheWay(of);
  const before = tried.filter(({ structure }) => !isNow || structure.id !== asked.id);
  if (before.length === 0) return null;
  return (
    <ul class="ev-tried">
      {before.map((one) => (
        <li key={`${one.structure.id} ${one.at}`}>
          <strong>{one.structure.name}</strong> {triedSentence(of, one)}
          {one.text && !wasClosed(of, one) && ` ${one.text}`} <span class="soft digits">{at(one.at)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What the structure wrote back ("contre-référence"). It is told on the first screen until somebody says that it was read. */
function Counter({ of }: { of: Referral }) {
  const { counter_referral: counter } = of;
  if (!counter) return null;
  const key = keyOf(of, "counter");
  const print = async () => {
    const { printCounter } = await import("../../paper/print-referral.tsx");
    const sheet = counterSheetOf(of, place.value);
    if (sheet) await printCounter(sheet);
  };
  return (
    <section class="ev-counter" data-testid="ev-counter">
      <h4>{t("kiosk.evac.counter")}</h4>
      <p class="said" dir="auto">{counter.text}</p>
      <p class="soft">{t("kiosk.evac.counter_by", { name: counter.by, when: dateAndTime(counter.at) })}</p>
      <div class="actions">
        {!seen.value.has(key) && (
          <Button kind="primary" icon={icon.check} data-testid="ev-read" onClick={() => see([key])}>
            {t("kiosk.evac.counter_read")}
          </Button>
        )}
        <Button icon={icon.print} data-testid="ev-counter-print" onClick={() => void print().catch(() => toast(errorText("offline")))}>
          {t("kiosk.evac.counter_print")}
        </Button>
      </div>
    </section>
  );
}

/** True while the server does not know yet that another structure is asked, which gets a code of its own. */
const isAsking = ({ unsent }: Followed): boolean => unsent.some(({ event, refusal }) => event.event === "asked_next" && !refusal);

function Foot({ of: followed }: { of: Followed }) {
  const { one: of } = followed;
  const [cancelling, setCancelling] = useState(false);
  const print = async () => {
    const { printReferral } = await import("../../paper/print-referral.tsx");
    await printReferral(sheetOf(of, place.value, location.host));
  };
  return (
    <div class="actions">
      {of.state !== "cancelled" && !isAsking(followed) && (
        <Button icon={icon.print} data-testid="ev-print" onClick={() => void print().catch(() => toast(errorText("offline")))}>
          {t("kiosk.evac.print")}
        </Button>
      )}
      {of.state === "en_route" && !isRejectedOnTheWay(of) && !isUnanswered(of) && <AskNext of={of} />}
      {mayTell(of, "cancelled") && (of.state !== "en_route" || mayTurn(of)) && (
        <Button kind="bare" icon={icon.close} data-testid="ev-cancel" onClick={() => setCancelling(true)}>
          {t("kiosk.evac.cancel")}
        </Button>
      )}
      {cancelling && <Cancel of={of} onClose={() => setCancelling(false)} />}
    </div>
  );
}
