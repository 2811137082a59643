/** This post's coming appointments and its consultations. The list of these needs a network; what is kept on the tablet does not. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/index.ts";
import { allKept, keep } from "../client/workflow/kept-prescriptions.ts";
import type { ConsultationSummary, ConsultationView } from "../protocol/api.ts";
import type { Advice, Photo, Prescription } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { AttachmentList } from "../ui/attachments/later.ts";
import { ChatRecord } from "../ui/chat/later.ts";
import { dateAndTime } from "../ui/dates.ts";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { PublicationLine } from "../ui/published/later.ts";
import { WhoHasSeen } from "../ui/seen/later.ts";
import { toast } from "../ui/Toast.tsx";
import { Coming, PastAppointments } from "./appointments/later.ts";
import { BackButton } from "./BackButton.tsx";
import { PastConsent } from "./consent/later.ts";
import { referrals, referralsOf, take } from "./evacuation/known.ts";
import { EvacuationSheet } from "./evacuation/later.ts";
import { client } from "./kiosk.ts";
import { RecentPatients } from "./patients/later.ts";
import { PinGate } from "./PinGate.tsx";
import { PrescriptionSheet } from "./prescriptions/later.ts";
import { byConsultation, together } from "./prescriptions/list.ts";
import { getRecord } from "./record.ts";
import { printer } from "./seen/print.ts";
import { AdviceSheet } from "./AdviceSheet.tsx";
import { PrintButton } from "./PrintButton.tsx";

const Shift = lazy(async () => (await import("./staff/Shift.tsx")).loaded());
const PhotoView = lazy(async () => (await import("../ui/PhotoView.tsx")).PhotoView);

export function History() {
  return (
    <main class="history">
      <header>
        <BackButton />
        <h1>{t("kiosk.history.title")}</h1>
      </header>
      <PinGate>
        <Shift />
        <Coming />
        <Past />
        <RecentPatients />
      </PinGate>
    </main>
  );
}

/** The members of staff who did something in a consultation, as they are named on paper. */
function staffOf({ staff = [] }: ConsultationView): string {
  return staff.map(({ name, title }) => [name, title].filter(Boolean).join(", ")).join(" · ");
}

function Past() {
  const [kept, setKept] = useState<Advice[]>([]);
  const [prescriptions, setPrescriptions] = useState<Prescription[]>([]);
  const [rows, setRows] = useState<ConsultationSummary[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    void client.consultation.keptAdvice().then(setKept);
    void allKept(client.kept).then(setPrescriptions);
    get<ConsultationSummary[]>("/api/consultations").then(setRows, (error: unknown) =>
      setFault(errorTextOf(error)),
    );
  }, []);
  return (
    <>
      {fault && (
        <Banner tone="warn" icon={icon.linkOff}>
          {fault}
        </Banner>
      )}
      {rows?.length === 0 && <p>{t("kiosk.history.empty")}</p>}
      {rows?.map((row) => (
        <Row key={row.id} row={row} advice={kept.filter((one) => one.consultation === row.id)} prescriptions={together(row.id, prescriptions, [])} />
      ))}
      {!rows && <Kept advice={kept} prescriptions={prescriptions} unchecked={fault !== null} />}
      {!rows && !fault && <p>{t("common.loading")}</p>}
    </>
  );
}

/** What the tablet has of all consultations, without the list. */
function Kept({ advice, prescriptions, unchecked }: { advice: Advice[]; prescriptions: Prescription[]; unchecked: boolean }) {
  const evacuated = new Set(referrals.value.map(({ order }) => order.consultation));
  return (
    <>
      {[...evacuated].reverse().map((id) => (
        <EvacuationSheet key={id} of={id} />
      ))}
      {byConsultation(prescriptions).map(([id, all], i) => (
        <PrescriptionSheet key={id} prescriptions={all} advice={advice} intake={client.post.intakeOf(id)} unchecked={unchecked && i === 0} />
      ))}
      {advice.length > 0 && <AdviceSheet advice={advice} />}
    </>
  );
}

interface RowProps {
  row: ConsultationSummary;
  /** What the tablet has of it. */
  advice: Advice[];
  prescriptions: Prescription[];
}

function Row({ row, advice, prescriptions }: RowProps) {
  const [view, setView] = useState<ConsultationView | null>(null);
  const [unread, setUnread] = useState(false);
  const [isOpen, setOpen] = useState(false);
  /** Reads the record, which the server logs as a reading, only if something is missing on the tablet. */
  const read = () => {
    if (!isMissing(row, view, advice)) return;
    getRecord<ConsultationView>(`/api/consultations/${row.id}`).then(
      (found) => {
        setView(found);
        setUnread(false);
        void keep(client.kept, row.id, found.record.prescriptions ?? []);
        take(found.record.referrals);
      },
      (error: unknown) => {
        setUnread(true);
        toast(errorTextOf(error));
      },
    );
  };
  return (
    <details class="past" data-testid="history-row" onToggle={({ currentTarget: { open } }) => (setOpen(open), open && read())}>
      <summary>
        <span class="digits">{dateAndTime(row.requested_at)}</span>
        <strong dir="auto">{row.reason || t(`common.speciality.${row.speciality}`)}</strong>
        <span>{[row.doctor, outcomeOf(row), appointmentOf(row)].filter(Boolean).join(" · ")}</span>
      </summary>
      <Contents row={row} isOpen={isOpen} view={view} unread={unread} advice={view?.record.advice ?? advice} prescriptions={together(row.id, prescriptions, view?.record.prescriptions ?? [])} />
    </details>
  );
}

const outcomeOf = ({ disposition, state }: ConsultationSummary): string => t(disposition ? `common.disposition.${disposition}` : `kiosk.history.${state}`);

/** The date of its appointment, or that it was cancelled; empty if it has none. */
function appointmentOf({ appointment_count, appointment_at }: ConsultationSummary): string {
  if (appointment_at !== undefined) return t("kiosk.history.appointment", { time: dateAndTime(appointment_at) });
  return appointment_count ? t("kiosk.history.appointment_cancelled") : "";
}

/**
 * True if the tablet does not have all of it. What it has of prescriptions and evacuations may have changed since, which nobody has told it, so
 * those are always read.
 */
function isMissing(row: ConsultationSummary, view: ConsultationView | null, advice: Advice[]): boolean {
  const record = view?.record;
  return (
    (record?.advice ?? advice).length < row.advice_count ||
    takenOf(view).length < row.photo_count ||
    (record?.attachments ?? []).length < (row.attachment_count ?? 0) ||
    (!!row.chat_count && !view?.chat) ||
    (!view && (!!row.prescription_count || !!row.referral))
  );
}

/** The photos that were taken. */
const takenOf = (view: ConsultationView | null): Photo[] => (view?.record.photos ?? []).filter(({ file }) => file);

interface ContentsProps extends RowProps {
  isOpen: boolean;
  view: ConsultationView | null;
  /** True if the record could not be read. */
  unread: boolean;
}

function Contents({ row, isOpen, view, unread, advice, prescriptions }: ContentsProps) {
  const attached = view?.record.attachments ?? [];
  const evacuations = referralsOf(row.id);
  const intake = view?.record.intake ?? null;
  return (
    <>
      {takenOf(view).map((photo) => (
        <PhotoView key={photo.photo} client={client} photo={photo} />
      ))}
      {attached.length > 0 && <AttachmentList client={client} attachments={attached} />}
      {isOpen && !!row.appointment_count && <PastAppointments id={row.id} />}
      {evacuations.length > 0 && <EvacuationSheet of={row.id} />}
      <PrescriptionSheet prescriptions={prescriptions} advice={advice} intake={intake} unchecked={unread} />
      {advice.length > 0 && <AdviceSheet advice={advice} />}
      {!row.appointment_count && advice.length + prescriptions.length + evacuations.length === 0 && <p>{t("kiosk.history.no_advice")}</p>}
      {view?.chat && <ChatRecord chat={view.chat} marks={view.chat_marks ?? []} />}
      <div class="actions">
        {advice.length > 0 && <PrintButton advice={advice} intake={intake} nurse={view ? staffOf(view) : ""} />}
        {row.state === "running" && client.consultation.left.value === row.id && (
          <Button kind="go" icon={icon.phone} onClick={() => client.consultation.rejoin(row.id)}>
            {t("common.rejoin")}
          </Button>
        )}
      </div>
      <PastConsent id={row.id} />
      {view && <PublicationLine id={row.id} />}
      <WhoHasSeen id={row.id} onPrint={printer(row.id, intake ?? client.post.intakeOf(row.id))} />
    </>
  );
}
