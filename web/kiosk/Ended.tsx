/** The screen after a consultation: how it ended, and the appointments, advice, prescriptions and evacuations to keep. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Ended as EndedConsultation } from "../client/workflow/consultation.ts";
import type { Disposition } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { ChatAfter } from "../ui/chat/later.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { AppointmentSheet } from "./appointments/later.ts";
import { useAppointmentsOf } from "./appointments/reading.ts";
import { client } from "./kiosk.ts";
import { referralsOf, take } from "./evacuation/known.ts";
import { EvacuationSheet } from "./evacuation/later.ts";
import { AdviceSheet } from "./AdviceSheet.tsx";
import { PinGate } from "./PinGate.tsx";
import { usePrescriptions } from "./prescriptions/known.ts";
import { PrescriptionSheet } from "./prescriptions/later.ts";
import { PrintButton } from "./PrintButton.tsx";
import { nurseHere } from "./staff.ts";

/** The text for the outcome: advice of which nothing is written was given by voice. */
const howItEnded = (disposition: Disposition, written: boolean) =>
  disposition === "advice" && !written ? "common.disposition.spoken" : (`common.disposition.${disposition}` as const);

const TakeCharge = lazy(async () => (await import("./staff/TakeCharge.tsx")).TakeCharge);

const Guarded = ({ children }: { children?: ComponentChildren }) => <PinGate evenUnset>{children}</PinGate>;

export function Ended() {
  const ended = client.consultation.ended.value;
  return ended && <Outcome key={ended.id} ended={ended} />;
}

function Outcome({ ended }: { ended: EndedConsultation }) {
  const [advice, setAdvice] = useState(ended.advice);
  // Reads the advice from the tablet's disk, because some may have come while nobody was in the call.
  useEffect(() => {
    void client.consultation
      .keptAdvice()
      .then((kept) => setAdvice(kept.filter(({ consultation }) => consultation === ended.id).reverse()));
  }, [ended]);
  const prescriptions = usePrescriptions(ended.id, ended.prescriptions);
  useEffect(() => take(ended.record?.referrals), [ended]);
  const evacuations = referralsOf(ended.id);
  // Not those of the list of the post, which the server cuts.
  const { rows: appointed, reading } = useAppointmentsOf(ended.id);
  const { disposition } = ended;
  const isAppointed = disposition === "appointment" || appointed.length > 0;
  const intake = ended.record?.intake ?? client.post.intakeOf(ended.id);
  const isWritten = isAppointed || advice.length + prescriptions.length + evacuations.length > 0;
  return (
    <main class="ended" data-testid="closed" data-disposition={disposition ?? "withdrawn"}>
      <h1>{t(disposition ? "kiosk.ended.title" : "kiosk.ended.withdrawn")}</h1>
      {disposition && <p>{t("kiosk.ended.how", { how: t(howItEnded(disposition, isWritten)) })}</p>}
      <TakeCharge consultation={ended.id} />
      {isWritten ? (
        <PinGate evenUnset>
          {isAppointed && <AppointmentSheet rows={appointed} reading={reading} />}
          {evacuations.length > 0 && <EvacuationSheet of={ended.id} />}
          <PrescriptionSheet prescriptions={prescriptions} advice={advice} intake={intake} />
          {advice.length > 0 && <AdviceSheet advice={advice} />}
          <ChatAfter client={client} />
          {advice.length > 0 && (
            <div class="actions">
              <PrintButton advice={advice} intake={intake} nurse={nurseHere()} />
            </div>
          )}
        </PinGate>
      ) : (
        <>
          {disposition && <p>{t("kiosk.ended.no_advice")}</p>}
          <ChatAfter client={client} within={Guarded} />
        </>
      )}
      <footer class="foot">
        <Button
          kind="primary"
          icon={icon.home}
          data-testid="home"
          onClick={() => client.consultation.forget()}
        >
          {t("kiosk.home.back")}
        </Button>
      </footer>
    </main>
  );
}
