/** The doctor's past consultations. The server logs who opened a record, and when. */

import { useEffect, useState } from "preact/hooks";
import { type Client, get } from "../client/index.ts";
import type { ConsultationSummary, ConsultationView } from "../protocol/api.ts";
import type { ReferralEvent } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { AttachmentList, VitalsChart } from "../ui/attachments/later.ts";
import { ChatRecord } from "../ui/chat/later.ts";
import { dateAndTime, moment } from "../ui/dates.ts";
import { errorTextOf, learn, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { eventText, stateText } from "../ui/referral/words.ts";
import { SignedAdvice } from "./Advice.tsx";
import { ArchiveLink } from "./ArchiveLink.tsx";
import { ConsentLine } from "./consent/later.ts";
import { PhotoList } from "./Photos.tsx";
import { ReferralList } from "./evacuation/later.ts";
import { useReferrals, wanted } from "./evacuation/told.ts";
import { PrescriptionList } from "./prescription/later.ts";
import { PublicationLine, RemainsLine } from "../ui/published/later.ts";
import { WhoHasSeen } from "../ui/seen/later.ts";
import { Vitals } from "../ui/Vitals.tsx";
import "./inside.ts";
import ofFile from "../ui/texts/fr.json?fhir";
import french from "../ui/texts/fr.json?outcome";
import referrals from "../ui/texts/fr.json?referral";
import "./texts.ts";

learn(french);
learn(ofFile);
learn(referrals);

export function History({ client }: { client: Client }) {
  const { value: rows, fault } = useAnswer<ConsultationSummary[]>("/api/consultations");
  useEffect(() => () => void (wanted.value = null), []);
  return (
    <main class="desk">
      <h1>{t("doctor.history")}</h1>
      {fault && (
        <Banner tone="warn" icon={icon.linkOff}>
          {fault}
        </Banner>
      )}
      {!rows && !fault && <p role="status">{t("common.loading")}</p>}
      {rows?.length === 0 && <p class="empty soft">{t("doctor.history_empty")}</p>}
      <ul class="rows">
        {rows?.map((row) => (
          <Past key={row.id} row={row} client={client} />
        ))}
      </ul>
    </main>
  );
}

function Past({ row, client }: { row: ConsultationSummary; client: Client }) {
  const [open, setOpen] = useState(wanted.peek() === row.id);
  const outcome = row.disposition
    ? t(`common.disposition.${row.disposition}`)
    : t(`doctor.state.${row.state}`);
  return (
    <li class={`row past ${row.urgency}`} data-testid="history-row" data-consultation={row.id}>
      <p class="urgency">
        {outcome}
        <span class="digits wait">{dateAndTime(row.requested_at)}</span>
      </p>
      <h2 class="place">
        <bdi>{row.place.name}</bdi> <bdi class="soft">{row.place.district}</bdi>
      </h2>
      <p class="reason" dir="auto">{row.reason || t("doctor.no_reason")}</p>
      {row.outcome && (
        <p data-testid="outcome">
          {t("doctor.outcome", { what: t(`doctor.outcome.${row.outcome.lost ?? row.outcome.outcome}`) })}
          {row.outcome.text && <span dir="auto"> · {row.outcome.text}</span>}
        </p>
      )}
      {row.referral && (
        <p data-testid="history-referral" data-state={row.referral}>
          {t("doctor.evacuate.list")} · <strong>{stateText({ state: row.referral, ...(row.referral_failed && { failed: row.referral_failed }) })}</strong>
        </p>
      )}
      <div class="actions">
        <Button
          aria-expanded={open}
          icon={icon.note}
          data-testid="history-open"
          onClick={() => setOpen(!open)}
        >
          {t(open ? "common.close" : "doctor.record")}
        </Button>
        {row.state === "running" && (
          <Button
            kind="go"
            icon={icon.phone}
            data-testid="rejoin"
            onClick={() => client.consultation.rejoin(row.id)}
          >
            {t("common.rejoin")}
          </Button>
        )}
      </div>
      {open && <Opened client={client} id={row.id} />}
    </li>
  );
}

function Opened({ client, id }: { client: Client; id: string }) {
  const { value: view, fault, again } = useAnswer<ConsultationView>(`/api/consultations/${id}`);
  if (fault) return <Banner tone="warn">{fault}</Banner>;
  if (!view) return <p role="status">{t("common.loading")}</p>;
  const { record, events } = view;
  const photos = record.photos.filter(({ file }) => file);
  return (
    <div class="opened">
      <Vitals intake={record.intake} dangers={record.dangers} brief />
      <ConsentLine consent={record.consent} by={record.consent?.staff && nameOf(view, record.consent.staff)} />
      {record.consent?.standing === "withdrawn" && <RemainsLine id={id} />}
      {record.note?.text && (
        <>
          <h3>{t("doctor.notes")}</h3>
          <p class="said" dir="auto">{record.note.text}</p>
        </>
      )}
      {photos.length > 0 && (
        <>
          <h3>{t("doctor.photo.title")}</h3>
          <PhotoList client={client} photos={photos} canWrite={false} />
        </>
      )}
      {record.attachments && <AttachmentList client={client} attachments={record.attachments} />}
      {record.examinations && (
        <VitalsChart measured={record.examinations.map(({ at, intake }) => ({ at, vitals: intake }))} />
      )}
      <h3>{t("doctor.advice")}</h3>
      {record.advice.length === 0 && <p>{t("doctor.advice_none")}</p>}
      <ol class="signed">
        {record.advice.map((advice) => (
          <SignedAdvice key={`${advice.by} ${advice.revision}`} advice={advice} all={record.advice} />
        ))}
      </ol>
      {record.prescriptions && record.prescriptions.length > 0 && (
        <>
          <h3>{t("doctor.prescribe.list")}</h3>
          <PrescriptionList
            id={id}
            prescriptions={record.prescriptions}
            canCancel={client.identity.value?.role === "doctor"}
            actionsOf={({ signed }) => (
              <CopyLink client={client} of={`${id}/prescriptions/${signed.prescription}/copy.pdf`} />
            )}
            onChanged={again}
          />
        </>
      )}
      <Evacuated client={client} id={id} view={view} />
      {view.chat && <ChatRecord chat={view.chat} marks={view.chat_marks ?? []} />}
      <ol class="events small soft">
        {events.map(({ at, kind, by, staff, step, escalation, referral, text }, i) => (
          <li key={i}>
            <span class="digits">{moment(at)}</span> {t(`doctor.event.${kind}`)}
            {step && `: ${t(`common.step.${step}`)}`}
            {referral && stepOf(referral)}
            {escalation && ` (${t(`doctor.why.${escalation}`)})`}
            {text && <bdi>{`: ${text}`}</bdi>}
            {by && ` · ${[by.name, staff && nameOf(view, staff)].filter(Boolean).join(", ")}`}
          </li>
        ))}
      </ol>
      <PublicationLine id={id} />
      <WhoHasSeen id={id} />
      {client.identity.value?.role === "doctor" && <RecordFile id={id} />}
    </div>
  );
}

/** The copy of a part of the record, for whoever may take it along: a guest only reads. */
function CopyLink({ client, of }: { client: Client; of: string }) {
  if (client.identity.value?.role !== "doctor") return null;
  return (
    <div class="actions">
      <ArchiveLink href={`/api/consultations/${of}`} data-testid="archive-copy" />
    </div>
  );
}

/** The record as a file for people, and one for other programs. The browser fetches and keeps it by itself. */
function RecordFile({ id }: { id: string }) {
  return (
    <>
      <div class="actions">
        <ButtonLink kind="bare" icon={icon.note} href={`/api/consultations/${id}/record.json`} {...{ download: "" }} data-testid="record-file">
          {t("doctor.fhir.save")}
        </ButtonLink>
        <ArchiveLink href={`/api/consultations/${id}/record.pdf`} data-testid="record-copy" />
      </div>
      <p class="small soft">{t("doctor.fhir.what")}</p>
    </>
  );
}

/** The evacuations, which go on after the end of the consultation. */
function Evacuated({ client, id, view }: { client: Client; id: string; view: ConsultationView }) {
  const referrals = useReferrals(client.connection, id, view.record.referrals);
  if (referrals.length === 0) return null;
  return (
    <>
      <h3>{t("doctor.evacuate.list")}</h3>
      <ReferralList
        id={id}
        referrals={referrals}
        canAct={client.identity.value?.role === "doctor"}
        actionsOf={({ order }) => <CopyLink client={client} of={`${id}/referrals/${order.referral}/copy.pdf`} />}
      />
    </>
  );
}

/** The step of an evacuation that an event is. */
function stepOf(event: ReferralEvent): string {
  const text = eventText(event);
  return text && `: ${text}`;
}

/** The name of a member of staff of the post. */
const nameOf = (view: ConsultationView, staff: string): string => view.staff?.find(({ id }) => id === staff)?.name ?? "";

function useAnswer<T>(path: string): { value: T | null; fault: string | null; again: () => void } {
  const [value, setValue] = useState<T | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const again = () => void get<T>(path).then(setValue, (error: unknown) => setFault(errorTextOf(error)));
  useEffect(again, [path]);
  return { value, fault, again };
}
