/** This post's consultations. The list needs a network; advice that is kept on the tablet does not. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/index.ts";
import type { ConsultationSummary, ConsultationView } from "../protocol/api.ts";
import type { Advice, Attachment, Intake, Photo } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { AttachmentList } from "../ui/attachments/later.ts";
import { ChatRecord } from "../ui/chat/later.ts";
import { dateAndTime } from "../ui/dates.ts";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { lazy } from "../ui/lazy.tsx";
import { toast } from "../ui/Toast.tsx";
import { BackButton } from "./BackButton.tsx";
import { client } from "./kiosk.ts";
import { RecentPatients } from "./patients/later.ts";
import { PinGate } from "./PinGate.tsx";
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
  const [rows, setRows] = useState<ConsultationSummary[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    void client.consultation.keptAdvice().then(setKept);
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
        <Row key={row.id} row={row} advice={kept.filter((one) => one.consultation === row.id)} />
      ))}
      {!rows && kept.length > 0 && <AdviceSheet advice={kept} />}
      {!rows && !fault && <p>{t("common.loading")}</p>}
    </>
  );
}

function Row({ row, advice }: { row: ConsultationSummary; advice: Advice[] }) {
  const [shown, setShown] = useState(advice);
  useEffect(() => setShown(advice), [advice.length]);
  const outcome = row.disposition
    ? t(`common.disposition.${row.disposition}`)
    : t(`kiosk.history.${row.state}`);
  const [intake, setIntake] = useState<Intake | null>(null);
  const [photos, setPhotos] = useState<Photo[]>([]);
  const [nurse, setNurse] = useState("");
  const [attached, setAttached] = useState<Attachment[]>([]);
  const [written, setWritten] = useState<Pick<ConsultationView, "chat" | "chat_marks">>({});
  const missing =
    shown.length < row.advice_count ||
    photos.length < row.photo_count ||
    attached.length < (row.attachment_count ?? 0) ||
    (row.chat_count && !written.chat);
  /** Reads the record, which the server logs as a reading, only if something is missing on the tablet. */
  const read = () =>
    missing &&
    get<ConsultationView>(`/api/consultations/${row.id}`).then(
      (view) => {
        const { record, chat, chat_marks } = view;
        setNurse(staffOf(view));
        setWritten({ ...(chat && { chat }), ...(chat_marks && { chat_marks }) });
        setShown(record.advice);
        setIntake(record.intake);
        setPhotos(record.photos.filter(({ file }) => file));
        setAttached(record.attachments ?? []);
      },
      (error: unknown) => toast(errorTextOf(error)),
    );
  return (
    <details
      class="past"
      data-testid="history-row"
      onToggle={(event) => event.currentTarget.open && void read()}
    >
      <summary>
        <span class="digits">{dateAndTime(row.requested_at)}</span>
        <strong dir="auto">{row.reason || t(`common.speciality.${row.speciality}`)}</strong>
        <span>{[row.doctor, outcome].filter(Boolean).join(" · ")}</span>
      </summary>
      {photos.map((photo) => (
        <PhotoView key={photo.photo} client={client} photo={photo} />
      ))}
      {attached.length > 0 && <AttachmentList client={client} attachments={attached} />}
      {shown.length > 0 ? <AdviceSheet advice={shown} /> : <p>{t("kiosk.history.no_advice")}</p>}
      {written.chat && <ChatRecord chat={written.chat} marks={written.chat_marks ?? []} />}
      <div class="actions">
        {shown.length > 0 && <PrintButton advice={shown} intake={intake} nurse={nurse} />}
        {row.state === "running" && client.consultation.left.value === row.id && (
          <Button kind="go" icon={icon.phone} onClick={() => client.consultation.rejoin(row.id)}>
            {t("common.rejoin")}
          </Button>
        )}
      </div>
    </details>
  );
}
