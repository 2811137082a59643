/** What is in one case: the answer, the question, the outcome to tell, the form, the photos and the discussion. */

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Case } from "../../client/workflow/cases.ts";
import type { Filed } from "../../client/workflow/post.ts";
import { contentsOf } from "../../client/workflow/case-contents.ts";
import { dangers } from "../../client/workflow/vitals.ts";
import type { ConsultationState, ConsultationView } from "../../protocol/api.ts";
import type { Attachment, Intake, Sex, Speciality } from "../../protocol/messages.ts";
import { AttachmentList, VitalsChart } from "../../ui/attachments/later.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { moment } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { lazy } from "../../ui/lazy.tsx";
import { Vitals } from "../../ui/Vitals.tsx";
import { AdviceSheet } from "../AdviceSheet.tsx";
import { referralsOf, take } from "../evacuation/known.ts";
import { EvacuationSheet } from "../evacuation/later.ts";
import { client } from "../kiosk.ts";
import { addAttachment } from "../later.ts";
import { usePrescriptions } from "../prescriptions/known.ts";
import { PrescriptionSheet } from "../prescriptions/later.ts";
import { PrintButton } from "../PrintButton.tsx";
import { cases, screen } from "../shell.ts";
import { acts, isWithdrawn, ownActs, tryTo, unsentFiles, withdraw } from "./acts.ts";
import { Discussion } from "./Discussion.tsx";
import { copies } from "./kept/copies.ts";
import { replied } from "./kept/replied.ts";
import { OutcomeQuestion } from "./OutcomeQuestion.tsx";
import { OwnActs, Progress, reachedBy, Receipts } from "./Receipts.tsx";

const AddAttachment = lazy(addAttachment);
const TakeCharge = lazy(async () => (await import("../staff/TakeCharge.tsx")).TakeCharge);
const PhotoView = lazy(async () => (await import("../../ui/PhotoView.tsx")).PhotoView);

interface BodyProps {
  id: string;
  /** Called when the case was withdrawn here. */
  onGone: () => void;
}

export function CaseBody({ id, onGone }: BodyProps) {
  const contents = useMemo(() => contentsOf(cases, id, copies), [id]);
  useEffect(() => () => contents.close(), [contents]);
  const row = cases.of(id);
  const view = contents.view.value;
  useEffect(() => {
    if (view && row?.state === "answered") void acts.read(id).catch(() => undefined);
  }, [view, row?.state]);
  const fault = contents.fault.value;
  const filed = client.post.filed.value.find(({ request }) => request.request === id);
  const state = row || filed ? undefined : view?.summary.state;
  return (
    <>
      {row ? <Progress row={row} /> : filed ? <Receipts reached={reachedBy(filed)} /> : view && <Elsewhere view={view} state={state} />}
      <OwnActs id={id} />
      {fault && !view && !filed && <Banner tone="warn" icon={icon.linkOff}>{row ? t("kiosk.case.unread_here") : errorTextOf({ code: fault })}</Banner>}
      {!view && !fault && !filed && <p>{t("common.loading")}</p>}
      {view ? <Contents id={id} view={view} row={row} onGone={onGone} /> : <Unread id={id} row={row} filed={filed} onGone={onGone} />}
    </>
  );
}

/** Where a case is that is not in the list any more. */
function Elsewhere({ view: { summary }, state }: { view: ConsultationView; state: ConsultationState | undefined }) {
  const { outcome } = summary;
  if (state === "waiting" || state === "running") return <Banner icon={icon.phone} data-testid="case-is-call">{t("kiosk.case.is_call")}</Banner>;
  if (state !== "closed" && state !== "cancelled") return null;
  return (
    <Banner icon={icon.check} data-testid="case-over">
      {outcome && !outcome.lost && `${t("kiosk.case.told", { outcome: t(`kiosk.case.outcome.${outcome.outcome}`) })} `}
      {t("kiosk.case.over")}
    </Banner>
  );
}

/** A case whose contents the tablet does not have: what may be added all the same, and the form if it is still here. */
function Unread({ id, row, filed, onGone }: BodyProps & { row: Case | undefined; filed: Filed | undefined }) {
  const isOpen = row !== undefined && row.state !== "follow_up" && !isWithdrawn(id);
  return (
    <>
      {row?.state === "follow_up" && <Outcome id={id} sex={undefined} speciality={row.speciality} />}
      {isOpen && <Discussion id={id} chat={[]} marks={[]} open asked={asksPost(row)} />}
      {filed && (
        <Part title={t("kiosk.case.form")}>
          <Form intake={filed.request.intake} speciality={filed.request.speciality} />
        </Part>
      )}
      <Files id={id} attachments={[]} open={isOpen || (filed !== undefined && !isWithdrawn(id))} />
      {(isOpen || (filed && !filed.refusal && !isWithdrawn(id))) && (
        <footer class="foot">
          <Withdraw id={id} onGone={onGone} />
        </footer>
      )}
    </>
  );
}

/** The question for the outcome, until it is answered on this tablet. */
function Outcome({ id, ...patient }: { id: string; sex: Sex | undefined; speciality: Speciality }) {
  const told = ownActs(id).some(({ message, item }) => message.type === "tell_outcome" && item?.state !== "refused");
  return told ? null : <OutcomeQuestion id={id} {...patient} />;
}

interface ContentsProps extends BodyProps {
  view: ConsultationView;
  row: Case | undefined;
}

function Contents({ id, view, row, onGone }: ContentsProps) {
  const { record, summary } = view;
  const isOpen = row !== undefined && row.state !== "follow_up" && !isWithdrawn(id);
  const prescriptions = usePrescriptions(id, record.prescriptions);
  useEffect(() => take(record.referrals), [record]);
  return (
    <>
      {row?.state === "follow_up" && <Outcome id={id} sex={record.intake.sex} speciality={record.speciality} />}
      {record.advice.length > 0 && (
        <Part title={t("kiosk.case.answer")}>
          <AdviceSheet advice={record.advice} />
          <div class="actions">
            <PrintButton advice={record.advice} intake={record.intake} />
          </div>
        </Part>
      )}
      {referralsOf(id).length > 0 && (
        <section class="case-part">
          <EvacuationSheet of={id} />
        </section>
      )}
      {prescriptions.length > 0 && (
        <section class="case-part">
          <PrescriptionSheet prescriptions={prescriptions} advice={record.advice} intake={record.intake} />
        </section>
      )}
      <Discussion id={id} chat={view.chat ?? []} marks={view.chat_marks ?? []} open={isOpen} asked={asksPost(row)} />
      <Part title={t("kiosk.case.form")}>
        {record.intake.name && <p><strong dir="auto">{record.intake.name}</strong></p>}
        <Form intake={record.intake} speciality={record.speciality} />
        <VitalsChart measured={(record.examinations ?? []).map(({ at, intake }) => ({ at, vitals: intake }))} />
        <Earlier view={view} />
        {record.photos.filter(({ file }) => file).map((photo) => (
          <PhotoView key={photo.photo} client={client} photo={photo} />
        ))}
        <p class="soft">{t("kiosk.case.asked_at", { time: moment(summary.requested_at) })}</p>
        {!view.in_charge && !view.events[0]?.staff && <TakeCharge consultation={id} late />}
      </Part>
      <Files id={id} attachments={record.attachments ?? []} open={isOpen} />
      {isOpen && <Actions id={id} onGone={onGone} />}
    </>
  );
}

/** What was added to the case, and the way to add more while it is open. */
function Files({ id, attachments, open }: { id: string; attachments: readonly Attachment[]; open: boolean }) {
  if (!open && attachments.length === 0) return null;
  return (
    <section class="case-part">
      <AttachmentList client={client} attachments={attachments} />
      {open && <AddAttachment consultation={id} />}
    </section>
  );
}

/** True if the specialist waits for a reply that was not written here yet. */
const asksPost = (row: Case | undefined): boolean => row?.state === "asked" && !replied.value.has(row.consultation);

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="case-part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Form({ intake, speciality }: { intake: Intake; speciality: Speciality }) {
  return (
    <>
      {intake.reason && <p class="said" dir="auto">{intake.reason}</p>}
      <Vitals intake={intake} dangers={dangers(intake, speciality)} />
    </>
  );
}

/** The values of before; those of the last examination stand above. */
function Earlier({ view: { record } }: { view: ConsultationView }) {
  const earlier = (record.examinations ?? []).slice(0, -1);
  return (
    <>
      {earlier.map(({ at, intake }) => (
        <details key={at} class="past">
          <summary>{t("kiosk.case.values_of", { time: moment(at) })}</summary>
          <Form intake={intake} speciality={record.speciality} />
        </details>
      ))}
    </>
  );
}

function Actions({ id, onGone }: BodyProps) {
  const [busy, setBusy] = useState(false);
  const call = async () => {
    setBusy(true);
    if (await tryTo(acts.ring(id))) screen.value = { at: "home" };
    else setBusy(false);
  };
  return (
    <footer class="foot">
      <Withdraw id={id} onGone={onGone} />
      <Button icon={icon.note} data-testid="examine" onClick={() => (screen.value = { at: "examine", id })}>
        {t("kiosk.case.examine")}
      </Button>
      <Button kind="go" icon={icon.phone} disabled={busy} data-testid="call-now" onClick={() => void call()}>
        {t("kiosk.case.call")}
      </Button>
    </footer>
  );
}

/** "Retirer le cas", which asks once; it works without a network. */
function Withdraw({ id, onGone }: BodyProps) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const files = unsentFiles(id).length;
  const run = async () => {
    setBusy(true);
    if (await tryTo(withdraw(id))) onGone();
    else setBusy(false);
  };
  return (
    <>
      <Button icon={icon.close} data-testid="withdraw" onClick={() => setAsking(true)}>
        {t("kiosk.case.withdraw")}
      </Button>
      {asking && (
        <Dialog
          title={t("kiosk.case.withdraw_sure")}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button data-testid="withdraw-no" onClick={() => setAsking(false)}>
                {t("kiosk.case.withdraw_no")}
              </Button>
              <Button kind="danger" disabled={busy} data-testid="withdraw-yes" onClick={() => void run()}>
                {t("kiosk.case.withdraw_yes")}
              </Button>
            </>
          }
        >
          <p>{t("kiosk.case.withdraw_more")}</p>
          {files > 0 && <p>{t("kiosk.case.withdraw_files", { n: files })}</p>}
        </Dialog>
      )}
    </>
  );
}
