/** The end of the room: who is asked and who after that, what is missing, and sending until the server has stored it. */

import { useEffect, useState } from "preact/hooks";
import { post } from "../../../client/signalling/session.ts";
import type { NearStructure } from "../../../protocol/api.ts";
import type { ConsultationId, Letter } from "../../../protocol/messages.ts";
import type { OrderReferral } from "../../../protocol/referrals.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { Button } from "../../../ui/Button.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { toast } from "../../../ui/Toast.tsx";
import { useStoring } from "../../prescription/storing.ts";
import type { Evacuating } from "../kept-evacuation.ts";
import type { Found } from "./structures.ts";
import { asking, blank, isRefusal, refused } from "../typed.ts";

interface SendBarProps {
  id: ConsultationId;
  letter: Letter;
  found: Found;
  isOnline: boolean;
  evacuating: Evacuating;
}

export function SendBar({ id, letter, found, isOnline, evacuating: { typed, change, open } }: SendBarProps) {
  const [flaw, setFlaw] = useState<string | null>(null);
  const storing = useStoring("doctor.ev.not_yet");
  const names = namesOf(typed.order, found.structures ?? []);
  const lack = typed.asked ? null : lackOf(typed.order, letter);
  const send = async () => {
    setFlaw(lack);
    if (lack) return;
    const draft = typed.asked ?? draftOf(typed, letter);
    change((before) => asking(before, draft));
    const ask = () =>
      post<{ stored: boolean }>(`/api/consultations/${id}/referrals`, draft).catch((error: unknown) => {
        if (isRefusal(error)) change((before) => refused(before, draft.referral));
        throw error;
      });
    if (!(await storing.run(ask))) return;
    toast(t("doctor.ev.sent"));
    change(blank);
    open(false);
  };
  // What was sent without an answer is sent again as soon as the server is there: it is the same evacuation.
  useEffect(() => {
    if (isOnline && typed.asked && !storing.busy) void send();
  }, [isOnline]);
  useEffect(() => setFlaw(null), [typed]);
  return (
    <div class="ev-end">
      {names.length > 0 && <Order names={names} />}
      {(flaw ?? storing.fault) && (
        <Banner tone={flaw ? "warn" : "bad"} icon={icon.alert} data-testid="ev-fault">
          {flaw ?? storing.fault}
          {typed.asked && ` ${t("doctor.ev.unanswered")}`}
        </Banner>
      )}
      {storing.slow && (
        <p role="status" data-testid="ev-progress">
          {t("doctor.ev.progress")}
        </p>
      )}
      {!isOnline && <p class="small warn">{t("doctor.ev.offline")}</p>}
      <Button kind="go" icon={icon.send} disabled={storing.busy || !isOnline} data-testid="ev-send" onClick={() => void send()}>
        {t(storing.busy ? "doctor.ev.sending" : typed.asked ? "doctor.ev.send_again" : "doctor.ev.send")}
      </Button>
    </div>
  );
}

function Order({ names }: { names: readonly string[] }) {
  const [one, ...rest] = names;
  return (
    <p class="ev-summary">
      {t("doctor.ev.asks", { place: one! })}{" "}
      {rest.length > 0 ? t("doctor.ev.then", { places: rest.join(", ") }) : t("doctor.ev.then_nobody")}
    </p>
  );
}

const namesOf = (order: readonly string[], structures: readonly NearStructure[]): string[] =>
  order.flatMap((id) => structures.find(({ place }) => place.id === id)?.place.name ?? []);

function lackOf(order: readonly string[], letter: Letter): string | null {
  if (order.length === 0) return t("doctor.ev.lack.structure");
  if (!letter.reason.trim()) return t("doctor.ev.lack.reason");
  return letter.question.trim() ? null : t("doctor.ev.lack.question");
}

function draftOf({ needs, order }: Evacuating["typed"], letter: Letter): OrderReferral {
  const [structure = "", ...others] = order;
  return { referral: crypto.randomUUID(), structure, others, needs: [...needs], letter };
}
