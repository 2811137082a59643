/** The warning that a doctor would have two duties at once, with the other one by its name. It forbids nothing. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/signalling/session.ts";
import type { DutyView, RotaView, Span, WeekSlot } from "../protocol/rota.ts";
import type { PartyId } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { localInput } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { nameOf, spanText, stretchText } from "../ui/rota/words.ts";
import { overlapsOf, slotOverlapsOf, type Typed } from "./overlaps.ts";
import { exceptionText, slotText } from "./words.ts";

type DutyOverlapsProps = { rota: RotaView; doctor: PartyId; typed: Typed; edited: DutyView | null };

/** What speaks against a doctor at a typed time: leave, and other duties, in whichever week they are. */
export function DutyOverlaps({ rota, doctor, typed, edited }: DutyOverlapsProps) {
  const duties = useDutiesAround(rota, typed);
  const meets = (span: Span) => localInput(span.from) < typed.until && typed.from < localInput(span.until);
  const name = nameOf(rota, doctor);
  const leaves = rota.plan.leaves.filter((leave) => leave.granted && leave.doctor === doctor && meets(leave.span));
  const overlaps = overlapsOf(duties, doctor, typed, edited);
  return (
    <>
      {leaves.map((leave) => (
        <Banner key={leave.id} tone="warn" icon={icon.alert} data-testid="conflict">
          {t("rota.conflict.leave", { name, span: spanText(leave.span) })}
        </Banner>
      ))}
      <Warning name={name} texts={overlaps.map(stretchText)} />
    </>
  );
}

/** What slots of the template overlap with their doctors. */
export function SlotOverlaps({ rota, slots }: { rota: RotaView; slots: WeekSlot[] }) {
  const doctor = slots[0]?.doctor;
  if (!doctor) return null;
  const found = slots.map((slot) => slotOverlapsOf(rota.plan.template, rota.plan.exceptions, slot));
  const others = found.flatMap((one) => one.slots.map((slot) => slotText(rota, slot)));
  const once = found.flatMap(({ exceptions }) => exceptions.filter(({ span }) => span.until > rota.now)).map((one) => exceptionText(rota, one));
  return <Warning name={nameOf(rota, doctor)} texts={[...others, ...once]} />;
}

function Warning({ name, texts }: { name: string; texts: string[] }) {
  const all = [...new Set(texts)];
  if (all.length === 0) return null;
  return (
    <Banner tone="warn" icon={icon.alert} data-testid="overlap">
      <strong>{t("rota.overlap", { name })}</strong>
      <ul>
        {all.slice(0, SHOWN).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {all.length > SHOWN && <p>{t("rota.log.others", { n: all.length - SHOWN })}</p>}
      <p>{t("rota.overlap.allowed")}</p>
    </Banner>
  );
}

/** The duties around a typed time: those of the shown week, and others from the server if the time reaches out of it. */
function useDutiesAround(rota: RotaView, { from, until }: Typed): DutyView[] {
  const first = localInput(rota.midnights[0]!);
  const end = localInput(rota.midnights.at(-1)!);
  const isShown = first <= from && until <= end;
  const wanted = isShown || !from || from >= until ? null : `/api/rota?from=${from.slice(0, 10)}&days=${daysOf(from, until)}`;
  const [others, setOthers] = useState<DutyView[]>([]);
  useEffect(() => {
    let counts = true;
    setOthers([]);
    // Without the answer, the shown week still warns.
    if (wanted) get<RotaView>(wanted).then(({ duties }) => counts && setOthers(duties), () => undefined);
    return () => void (counts = false);
  }, [wanted, rota.version]);
  return wanted ? [...rota.duties, ...others] : rota.duties;
}

/** The days that a typed time touches, at most those of one answer. */
function daysOf(from: string, until: string): number {
  const day = (typed: string) => Date.parse(`${typed.slice(0, 10)}T12:00Z`) / 86_400_000;
  return Math.min(MOST_DAYS, day(until) - day(from) + 1);
}

const SHOWN = 4;
const MOST_DAYS = 42;
