/** What this post had before with a patient, behind the PIN: the consultations, who the patient is, who may be the same person, and what was decided. */

import { useEffect, useState } from "preact/hooks";
import { figures } from "../../client/offline/patients.ts";
import { post } from "../../client/signalling/session.ts";
import type { ConsultationSummary, ConsultationView, PatientLine, PatientView } from "../../protocol/api.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { dateAndTime } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { WhoHasSeen } from "../../ui/seen/later.ts";
import { AdviceSheet } from "../AdviceSheet.tsx";
import { PinGate } from "../PinGate.tsx";
import { usePrescriptions } from "../prescriptions/known.ts";
import { PrescriptionSheet } from "../prescriptions/later.ts";
import { PastConsent } from "../consent/later.ts";
import { getRecord } from "../record.ts";
import { printer } from "../seen/print.ts";
import { book } from "../staff.ts";
import { Identified } from "./Identified.tsx";
import { Join, Same } from "./Join.tsx";
import { lineText } from "./line.ts";
import { refreshPatients } from "./list.ts";
import { Identify } from "./national/later.ts";

export function PatientDialog({ id, onClose }: { id: string; onClose: () => void }) {
  return (
    <Dialog
      title={t("kiosk.patient.title")}
      onClose={onClose}
      data-testid="patient-dialog"
      actions={<Button data-testid="patient-close" onClick={onClose}>{t("common.close")}</Button>}
    >
      <PinGate>
        <Known id={id} />
      </PinGate>
    </Dialog>
  );
}

function Known({ id }: { id: string }) {
  const [view, setView] = useState<PatientView | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const read = () =>
    getRecord<PatientView>(`/api/patients/${id}`).then(
      (found) => (setView(found), setFault(null)),
      (error: unknown) => setFault(errorTextOf(error)),
    );
  useEffect(() => void read(), [id]);
  const changed = () => void Promise.all([read(), refreshPatients()]);
  const act = (path: string, body: unknown) =>
    void post(path, body, { "staff-proof": book.proof() ?? "" }).then(changed, (error: unknown) => setFault(errorTextOf(error)));
  const join = (from: string, into: string) => act("/api/patients/join", { from, into });
  if (!view && !fault) return <p role="status">{t("common.loading")}</p>;
  return (
    <div class="known">
      {fault && (
        <Banner tone="warn" icon={icon.linkOff} data-testid="patient-fault" actions={<Button onClick={() => void read()}>{t("common.retry")}</Button>}>
          {fault}
        </Banner>
      )}
      {view && <h3>{lineText(view.patient)}</h3>}
      {view?.consultations.map((one) => <Before key={one.id} patient={id} one={one} />)}
      {view?.identifications.map((line) => (
        <Identified key={line.id} line={line} onUndo={() => act(`/api/patients/identifications/${line.id}/undo`, {})} />
      ))}
      {view && <Alike view={view} onJoin={join} />}
      {view && mayIdentify(view) && <Identify key={`${view.patient.id} ${view.patient.dpp}`} patient={view.patient} onDone={changed} />}
      {view && <Join key={view.patient.id} patient={view.patient} onJoin={join} />}
      {view?.joins.filter(({ undone }) => !undone).map((join) => (
        <p key={join.id} class="alike">
          {join.staff
            ? t("kiosk.patient.joined_by", { time: dateAndTime(join.at), name: join.staff })
            : t("kiosk.patient.joined", { time: dateAndTime(join.at) })}
          <Button data-testid="patient-undo" onClick={() => act(`/api/patients/joins/${join.id}/undo`, {})}>
            {t("kiosk.patient.undo")}
          </Button>
        </p>
      ))}
    </div>
  );
}

/** True if the patient has no number of the national record, or one that somebody typed while the record did not answer. */
const mayIdentify = ({ patient, identifications }: PatientView): boolean =>
  !patient.dpp || (identifications.length > 0 && identifications.every(({ confirmed }) => !confirmed));

/** Who may be the same person: whoever has the same number, then whoever is alike. Nobody is joined by itself. */
function Alike({ view: { alike, patient }, onJoin }: { view: PatientView; onJoin: (from: string, into: string) => void }) {
  const hasNumber = (other: PatientLine) => !!patient.dpp && figures(other.dpp ?? "") === figures(patient.dpp);
  const groups = [
    { title: t("kiosk.patient.same_number"), testid: "patient-same-number", others: alike.filter(hasNumber) },
    { title: t("kiosk.patient.alike"), testid: "patient-alike-group", others: alike.filter((other) => !hasNumber(other)) },
  ];
  return (
    <>
      {groups.map(({ title, testid, others }) => others.length > 0 && (
        <section key={testid} class="known" data-testid={testid}>
          <h3>{title}</h3>
          {others.map((other) => (
            <Same key={other.id} other={other} onSame={() => onJoin(other.id, patient.id)} />
          ))}
        </section>
      ))}
    </>
  );
}

/** One consultation. Opening it shows the signed advice and prescriptions, and is recorded. */
function Before({ patient, one }: { patient: string; one: ConsultationSummary }) {
  const [view, setView] = useState<ConsultationView | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const open = () =>
    getRecord<ConsultationView>(`/api/patients/${patient}/consultations/${one.id}`).then(setView, (error: unknown) => setFault(errorTextOf(error)));
  return (
    <details data-testid="patient-before" onToggle={(event) => event.currentTarget.open && !view && void open()}>
      <summary>
        <span class="digits">{dateAndTime(one.requested_at)}</span>{" "}
        <strong dir="auto">{one.reason || t(`common.speciality.${one.speciality}`)}</strong>
        {one.disposition && <> · {t(`common.disposition.${one.disposition}`)}</>}
      </summary>
      {fault && <p class="fault warn" role="alert">{fault}</p>}
      {view && <Written view={view} />}
      {view && <PastConsent id={one.id} />}
      {view && <WhoHasSeen id={one.id} onPrint={printer(one.id, view.record.intake)} />}
    </details>
  );
}

function Written({ view: { record, summary } }: { view: ConsultationView }) {
  const prescriptions = usePrescriptions(summary.id, record.prescriptions);
  if (record.advice.length + prescriptions.length === 0) return <p>{t("kiosk.history.no_advice")}</p>;
  return (
    <>
      <PrescriptionSheet prescriptions={prescriptions} advice={record.advice} intake={record.intake} />
      {record.advice.length > 0 && <AdviceSheet advice={record.advice} />}
    </>
  );
}
