/** The dialog "Mes gardes": what is new, one's next duties, swaps, leave, and the calendar feed. It is loaded when it is opened. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../client/index.ts";
import { ApiError, get, post } from "../client/signalling/session.ts";
import type { ChangeRota, DutyView, RotaEdit, RotaRefusal, RotaView, Stretch, Swap } from "../protocol/rota.ts";
import type { PartyId } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { localInput, setTimeZone } from "../ui/dates.ts";
import { Field } from "../ui/Field.tsx";
import { errorTextOf, learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { FeedLink } from "../ui/rota/FeedLink.tsx";
import { Select } from "../ui/Select.tsx";
import { nameOf, spanText, stretchText } from "../ui/rota/words.ts";
import french from "../ui/texts/fr.json?duty";
import { DutyNews } from "./DutyNews.tsx";
import { sawNews } from "./duty-news.ts";
import { nextOf } from "./next-duty.ts";
import "./texts.ts";

learn(french);

export function Duties({ client, onClose }: { client: Client; onClose: () => void }) {
  const [rota, setRota] = useState<RotaView | null>(null);
  const [said, setSaid] = useState<{ tone: "good" | "bad"; text: string } | null>(null);

  function take(fresh: RotaView) {
    setTimeZone(fresh.zone);
    setRota(fresh);
  }
  const read = () =>
    get<RotaView>(`/api/rota?days=${DAYS}`).then(take, (error: unknown) => setSaid({ tone: "bad", text: errorTextOf(error) }));
  useEffect(() => {
    void read();
    return client.connection.on("rota_changed", () => void read());
  }, []);

  async function change(edit: RotaEdit) {
    if (!rota) return;
    const body: ChangeRota = { version: rota.version, edit, days: { days: DAYS } };
    try {
      take(await post<RotaView>("/api/rota", body));
      setSaid({ tone: "good", text: t("duty.done") });
    } catch (error) {
      const refusal = error instanceof ApiError ? (error.body as RotaRefusal | null) : null;
      if (refusal?.rota) take(refusal.rota);
      setSaid({ tone: "bad", text: errorTextOf(error) });
    }
  }
  const me = client.identity.value?.party ?? "";
  // What stood on top of the dialog while it was open has been seen.
  const close = () => {
    if (rota) void sawNews();
    onClose();
  };
  return (
    <Dialog
      title={t("duty.title")}
      onClose={close}
      data-testid="duties"
      actions={
        <Button kind="primary" data-testid="duties-close" onClick={close}>
          {t("common.close")}
        </Button>
      }
    >
      {said && (
        <Banner tone={said.tone} icon={said.tone === "good" ? icon.check : icon.alert} data-testid="duties-said">
          {said.text}
        </Banner>
      )}
      {!rota && !said && <p role="status">{t("common.loading")}</p>}
      {!rota && said && <Button onClick={() => void read()}>{t("common.retry")}</Button>}
      {rota && <Own rota={rota} me={me} change={change} />}
    </Dialog>
  );
}

type Change = (edit: RotaEdit) => Promise<void>;
interface Part {
  rota: RotaView;
  me: PartyId;
  change: Change;
}

function Own({ rota, me, change }: Part) {
  const own = rota.duties.filter(({ doctor, span }) => doctor === me && span.until > rota.now);
  const [all, setAll] = useState(false);
  const waitsForMe = ({ to, accepted, gives }: Swap) => to === me && !accepted && gives.span.until > rota.now;
  const asked = rota.plan.swaps.filter(waitsForMe);
  const others = rota.plan.swaps.filter((swap) => !waitsForMe(swap));
  return (
    <>
      <DutyNews rota={rota} />
      {asked.length > 0 && <h3>{t("duty.asked")}</h3>}
      <ul class="duties">
        {asked.map((swap) => (
          <SwapRow key={swap.id} swap={swap} {...{ rota, me, change }} />
        ))}
      </ul>
      {asked.length > 0 && <h3>{t("duty.title")}</h3>}
      {own.length === 0 && <p data-testid="no-duty">{t("duty.none")}</p>}
      <ul class="duties">
        {own.slice(0, all ? own.length : SHOWN).map((duty) => (
          <OwnDuty key={duty.span.from + duty.speciality + duty.level} duty={duty} {...{ rota, me, change }} />
        ))}
      </ul>
      {own.length > SHOWN && !all && (
        <Button kind="bare" onClick={() => setAll(true)}>
          {t("duty.all", { n: own.length })}
        </Button>
      )}
      {others.length > 0 && <h3>{t("duty.swaps")}</h3>}
      <ul class="duties">
        {others.map((swap) => (
          <SwapRow key={swap.id} swap={swap} {...{ rota, me, change }} />
        ))}
      </ul>
      <Leave {...{ rota, me, change }} />
      <h3>{t("duty.feed")}</h3>
      <FeedLink />
    </>
  );
}

function OwnDuty({ rota, me, change, duty }: Part & { duty: DutyView }) {
  const [open, setOpen] = useState(false);
  const isNow = duty.span.from <= rota.now;
  return (
    <li data-testid="my-duty">
      <p>
        {stretchText(duty)} {isNow && <strong>({t("duty.now")})</strong>}
        <Next rota={rota} duty={duty} />
      </p>
      <Button aria-expanded={open} data-testid="swap" onClick={() => setOpen(!open)}>
        {t("duty.swap")}
      </Button>
      {open && <Propose duty={duty} onDone={() => setOpen(false)} {...{ rota, me, change }} />}
    </li>
  );
}

/** Who is rung if the doctor does not answer, and who is on duty after this duty. */
function Next({ rota, duty }: { rota: RotaView; duty: DutyView }) {
  const { backup, after } = nextOf(rota, duty);
  const names = (list: PartyId[]) => list.map((party) => nameOf(rota, party)).join(", ");
  return (
    <>
      <br />
      <small data-testid="my-backup">
        {backup.length ? t("duty.backup", { names: names(backup) }) : t("duty.backup.nobody")}
      </small>
      <br />
      <small data-testid="my-next">{after.length ? t("duty.then", { names: names(after) }) : t("duty.then.nobody")}</small>
    </>
  );
}

/** The form of a swap: who takes the duty, and what is taken in return. */
function Propose({ rota, me, change, duty, onDone }: Part & { duty: DutyView; onDone: () => void }) {
  const others = rota.doctors.filter(({ party, specialities }) => party !== me && specialities.includes(duty.speciality));
  const [to, setTo] = useState<PartyId>(others[0]?.party ?? "");
  const [back, setBack] = useState("");
  const mine = rota.doctors.find(({ party }) => party === me)?.specialities ?? [];
  const theirs = rota.duties.filter(
    ({ doctor, span, speciality }) => doctor === to && span.from > rota.now && mine.includes(speciality),
  );
  if (others.length === 0) return <p class="soft">{t("duty.swap.nobody")}</p>;
  const send = async () => {
    const in_return = back === "" ? undefined : stretchOf(theirs[Number(back)]);
    await change({ kind: "propose_swap", to, gives: stretchOf(duty)!, in_return });
    onDone();
  };
  return (
    <div class="propose">
      <Select label={t("duty.swap.with")} value={to} onValue={(value) => (setTo(value), setBack(""))} testid="swap-to" options={others.map(({ party, name }) => ({ value: party, label: name }))} />
      <Select
        label={t("duty.swap.for")}
        value={back}
        onValue={setBack}
        testid="swap-return"
        options={[
          { value: "", label: t("duty.swap.favour") },
          ...theirs.map((other, index) => ({ value: String(index), label: stretchText(other) })),
        ]}
      />
      <Button kind="primary" data-testid="swap-send" onClick={() => void send()}>
        {t("duty.swap.send")}
      </Button>
    </div>
  );
}

function SwapRow({ rota, me, change, swap }: Part & { swap: Swap }) {
  const { id } = swap;
  const answer = (accepted: boolean) => void change({ kind: "answer_swap", id, accepted });
  return (
    <li data-testid="my-swap" data-accepted={swap.accepted}>
      <p>
        <strong>{t("duty.swap.gives", { from: nameOf(rota, swap.from), to: nameOf(rota, swap.to) })}</strong>
        <br />
        {stretchText(swap.gives)}
        {swap.in_return && (
          <>
            <br />
            {t("duty.swap.return", { duty: stretchText(swap.in_return) })}
          </>
        )}
        <br />
        <em>{t(swap.accepted ? "duty.swap.accepted" : "duty.swap.proposed")}</em>
      </p>
      {!swap.accepted && swap.to === me && (
        <div class="actions">
          <Button data-testid="swap-refuse" onClick={() => answer(false)}>
            {t("duty.swap.refuse")}
          </Button>
          <Button kind="primary" data-testid="swap-accept" onClick={() => answer(true)}>
            {t("duty.swap.accept")}
          </Button>
        </div>
      )}
      {!swap.accepted && swap.from === me && (
        <Button onClick={() => void change({ kind: "withdraw_swap", id })}>{t("duty.swap.withdraw")}</Button>
      )}
    </li>
  );
}

function Leave({ rota, me, change }: Part) {
  const tomorrow = localInput(rota.midnights[1] ?? rota.now).slice(0, 10);
  const [from, setFrom] = useState(`${tomorrow}T00:00`);
  const [until, setUntil] = useState(`${tomorrow}T23:59`);
  return (
    <>
      <h3>{t("duty.leave")}</h3>
      <ul class="duties">
        {rota.plan.leaves.map((leave) => (
          <li key={leave.id} data-testid="my-leave" data-granted={leave.granted}>
            <p>
              {spanText(leave.span)} – <em>{t(leave.granted ? "duty.leave.granted" : "duty.leave.asked")}</em>
            </p>
            <Button onClick={() => void change({ kind: "withdraw_leave", id: leave.id })}>{t("duty.swap.withdraw")}</Button>
          </li>
        ))}
      </ul>
      <div class="propose">
        <Field label={t("duty.leave.from")} type="datetime-local" value={from} onValue={setFrom} data-testid="my-leave-from" />
        <Field label={t("duty.leave.until")} type="datetime-local" value={until} onValue={setUntil} data-testid="my-leave-until" />
        <Button data-testid="ask-leave" onClick={() => void change({ kind: "ask_leave", doctor: me, when: { from, until } })}>
          {t("duty.leave.send")}
        </Button>
      </div>
    </>
  );
}

const stretchOf = (duty: DutyView | undefined): Stretch | undefined =>
  duty && { speciality: duty.speciality, level: duty.level, span: duty.span };

/** The days that are looked ahead, and the duties that are shown at once. */
const DAYS = 28;
const SHOWN = 5;
