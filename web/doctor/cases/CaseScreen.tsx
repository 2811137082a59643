/**
 * One case as its specialist works on it: what the post has measured, the discussion, the notes, and the signed answer. Opening it
 * tells the post that it was read; a colleague who was asked for an opinion sees the same and writes in the discussion.
 */

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Case, Client } from "../../client/index.ts";
import { contentsOf } from "../../client/workflow/case-contents.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import type { ConsultationId, Prescription } from "../../protocol/messages.ts";
import { AttachmentList, VitalsChart } from "../../ui/attachments/later.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { dateAndTime } from "../../ui/dates.ts";
import { errorTextOf, learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import french from "../../ui/texts/fr.json?cases";
import templates from "../../ui/texts/fr.json?call";
import { Vitals } from "../../ui/Vitals.tsx";
import { Composer, SignedList } from "../Advice.tsx";
import { AppointmentSection } from "../appointments/later.ts";
import { openCase } from "../doctor.ts";
import { NationalFile } from "../national.ts";
import { Notes } from "../Notes.tsx";
import { PhotoList } from "../Photos.tsx";
import { useEvacuating } from "../evacuation/kept-evacuation.ts";
import { Evacuations } from "../evacuation/Section.tsx";
import { useReferrals } from "../evacuation/told.ts";
import { stands } from "../evacuation/up-to-date.ts";
import { usePrescribing } from "../prescription/kept-prescription.ts";
import { Prescriptions } from "../prescription/Section.tsx";
import { type Acting, actsOf, useActing } from "./acts.ts";
import { useAnswerDraft } from "./answer-draft.ts";
import { CaseActions } from "./CaseActions.tsx";
import { Due } from "./CaseList.tsx";
import { Discussion } from "./Discussion.tsx";
import "../texts.ts";

learn(french);
learn(templates);

interface CaseProps {
  client: Client;
  id: ConsultationId;
}

export function CaseScreen({ client, id }: CaseProps) {
  const contents = useMemo(() => contentsOf(client.cases, id), [id]);
  useEffect(() => () => contents.close(), [contents]);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const row = client.cases.of(id);
  const [view, fault] = [contents.view.value, contents.fault.value];
  return (
    <main class="desk case-screen" data-testid="case" data-consultation={id} data-state={row?.state}>
      <div>
        <Button kind="bare" icon={icon.back} data-testid="case-back" onClick={() => (openCase.value = null)}>
          {t("doctor.case.back")}
        </Button>
      </div>
      <h1 ref={title} tabIndex={-1}>
        {row?.place.name ?? view?.summary.place.name ?? t("doctor.case.one")}
      </h1>
      {fault && (
        <Banner tone="warn" icon={icon.linkOff}>
          {errorTextOf({ code: fault })}
        </Banner>
      )}
      {!view && !fault && <p role="status">{t("common.loading")}</p>}
      {view && !row && (
        <Banner tone="info" data-testid="case-gone">
          {t("doctor.case.gone")}
        </Banner>
      )}
      {view && <Opened client={client} id={id} row={row} view={view} />}
    </main>
  );
}

interface OpenedProps extends CaseProps {
  /** The row of the list; none if the case is not in the list any more. */
  row: Case | undefined;
  view: ConsultationView;
}

function Opened({ client, id, row, view }: OpenedProps) {
  const acting = useActing();
  const { prescriptions = NONE } = view.record;
  const prescribing = usePrescribing(client, id, prescriptions);
  const referrals = useReferrals(client.connection, id, view.record.referrals);
  const evacuating = useEvacuating(client, id, referrals);
  const isNews = row?.mine && row.state === "assigned";
  useEffect(() => {
    // A failure changes nothing for the doctor, and the next opening says it again.
    if (isNews) actsOf(client).read(id).catch(() => undefined);
  }, [isNews]);
  return (
    <>
      <Head row={row} view={view} />
      {acting.fault && (
        <Banner tone="warn" icon={icon.alert} data-testid="error">
          {acting.fault}
        </Banner>
      )}
      {row && (
        <CaseActions
          client={client}
          id={id}
          row={row}
          view={view}
          acting={acting}
          prescribing={prescribing}
          evacuating={evacuating}
          referred={referrals.some(stands)}
        />
      )}
      <div class="columns">
        <Told client={client} view={view} />
        <div class="answering">
          <Answer client={client} id={id} row={row} view={view} acting={acting} />
          <Prescriptions
            client={client}
            id={id}
            intake={view.record.intake}
            prescriptions={prescriptions}
            prescribing={prescribing}
            canWrite={!!row?.mine}
          />
          <Evacuations
            client={client}
            id={id}
            record={{ ...view.record, prescriptions }}
            referrals={referrals}
            evacuating={evacuating}
            canWrite={!!row?.mine}
          />
          <AppointmentSection client={client} id={id} canWrite={!!row?.mine} />
          {row && <Discussion client={client} id={id} row={row} view={view} />}
          {row?.mine && row.state !== "follow_up" && <Notes client={client} id={id} note={view.record.note} />}
        </div>
      </div>
    </>
  );
}

function Head({ row, view }: { row: Case | undefined; view: ConsultationView }) {
  const { place, urgency, speciality } = view.summary;
  return (
    <section class={`row case ${urgency}`}>
      <p class="urgency">
        <span>
          {t(`common.urgency.${urgency}`)} · {t(`common.speciality.${speciality}`)}
        </span>
        {row && <Due row={row} />}
      </p>
      <p class="small soft">
        {place.district}
        {place.phone && (
          <>
            {" · "}
            <a href={`tel:${place.phone.replaceAll(" ", "")}`}>{place.phone}</a>
          </>
        )}
        {" · "}
        {t("doctor.case.asked_at", { time: dateAndTime(view.summary.requested_at) })}
      </p>
      {row && !row.mine && row.doctor && <p data-testid="case-opinion">{t("doctor.case.opinion_asked", { by: row.doctor })}</p>}
    </section>
  );
}

/** What the post has told: the reason, the values of the last examination, of those before and over time, the photos and the files. */
function Told({ client, view }: { client: Client; view: ConsultationView }) {
  const { intake, dangers, photos, attachments = [], examinations = [] } = view.record;
  const shown = photos.filter(({ file }) => file);
  const earlier = examinations.slice(0, -1);
  return (
    <section class="told" data-testid="record" aria-label={t("doctor.record")}>
      <h2 class="reason" dir="auto">
        {intake.reason || t("doctor.no_reason")}
      </h2>
      <p class="small soft">
        {intake.name && <strong dir="auto">{intake.name} · </strong>}
        {intake.dpp ? `${t("common.vital.dpp")} : ${intake.dpp}` : t("doctor.no_dpp")}
        {intake.language && ` · ${t(`common.lang.${intake.language}`)}`}
      </p>
      {examinations.length > 0 && (
        <p class="small soft">{t("doctor.case.examined_at", { time: dateAndTime(examinations.at(-1)!.at) })}</p>
      )}
      {intake.dpp && <NationalFile id={view.summary.id} />}
      <Vitals intake={intake} dangers={dangers} />
      <VitalsChart measured={examinations.map((one) => ({ at: one.at, vitals: one.intake }))} />
      {earlier.map((examination) => (
        <details key={examination.at} data-testid="case-examination">
          <summary>{t("doctor.case.examined_at", { time: dateAndTime(examination.at) })}</summary>
          <Vitals intake={examination.intake} />
        </details>
      ))}
      {shown.length > 0 && (
        <>
          <h3>{t("doctor.photo.title")}</h3>
          <PhotoList client={client} photos={shown} canWrite={false} />
        </>
      )}
      <AttachmentList client={client} attachments={attachments} />
    </section>
  );
}

/** The signed answers, and the field for the next one, which only the specialist of the case has. */
function Answer({ client, id, row, view, acting }: OpenedProps & { acting: Acting }) {
  const signed = view.record.advice;
  const draft = useAnswerDraft(client, id, signed, acting);
  const canWrite = !!row?.mine && row.state !== "follow_up";
  return (
    <section class="advice">
      {canWrite && (
        <Composer
          speciality={view.summary.speciality}
          draft={draft}
          sign={t("doctor.case.sign")}
          busy={acting.busy}
        />
      )}
      {!canWrite && draft.text && (
        <div data-testid="case-kept">
          <p class="small soft">{t("doctor.case.kept")}</p>
          <p class="said" dir="auto">
            {draft.text}
          </p>
        </div>
      )}
      <SignedList signed={signed} {...(canWrite && { draft })} />
    </section>
  );
}

/** One and the same list, so that nothing changes while there are none. */
const NONE: readonly Prescription[] = [];
