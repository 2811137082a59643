/** What is in one case: the answer, the question, the outcome to tell, the form, the photos and the discussion. */

import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Case } from "../../client/workflow/cases.ts";
import { contentsOf } from "../../client/workflow/case-contents.ts";
import { dangers } from "../../client/workflow/vitals.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import type { Attachment, Intake, Speciality } from "../../protocol/messages.ts";
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
import { client } from "../kiosk.ts";
import { addAttachment } from "../later.ts";
import { PrintButton } from "../PrintButton.tsx";
import { cases, screen } from "../shell.ts";
import { acts, tryTo } from "./acts.ts";
import { Discussion } from "./Discussion.tsx";
import { OutcomeQuestion } from "./OutcomeQuestion.tsx";
import { Progress } from "./Receipts.tsx";

const AddAttachment = lazy(addAttachment);
const PhotoView = lazy(async () => (await import("../../ui/PhotoView.tsx")).PhotoView);

interface BodyProps {
  id: string;
  /** Called when the case was withdrawn here. */
  onGone: () => void;
}

export function CaseBody({ id, onGone }: BodyProps) {
  const contents = useMemo(() => contentsOf(cases, id), [id]);
  useEffect(() => () => contents.close(), [contents]);
  const row = cases.of(id);
  const view = contents.view.value;
  useEffect(() => {
    if (view && row?.state === "answered") void acts.read(id).catch(() => undefined);
  }, [view, row?.state]);
  const fault = contents.fault.value;
  return (
    <>
      {row ? <Progress row={row} /> : view && <Banner icon={icon.check} data-testid="case-over">{t("kiosk.case.over")}</Banner>}
      {fault && <Banner tone="warn" icon={icon.linkOff}>{errorTextOf({ code: fault })}</Banner>}
      {!view && !fault && <p>{t("common.loading")}</p>}
      {view && <Contents id={id} view={view} row={row} onGone={onGone} />}
    </>
  );
}

interface ContentsProps extends BodyProps {
  view: ConsultationView;
  row: Case | undefined;
}

function Contents({ id, view, row, onGone }: ContentsProps) {
  const { record, summary } = view;
  const isOpen = row !== undefined && row.state !== "follow_up";
  return (
    <>
      {row?.state === "follow_up" && <OutcomeQuestion id={id} sex={record.intake.sex} speciality={record.speciality} />}
      {record.advice.length > 0 && (
        <Part title={t("kiosk.case.answer")}>
          <AdviceSheet advice={record.advice} />
          <div class="actions">
            <PrintButton advice={record.advice} intake={record.intake} />
          </div>
        </Part>
      )}
      <Discussion id={id} chat={view.chat ?? []} marks={view.chat_marks ?? []} open={isOpen} asked={row?.state === "asked"} />
      <Part title={t("kiosk.case.form")}>
        {record.intake.name && <p><strong dir="auto">{record.intake.name}</strong></p>}
        <Form intake={record.intake} speciality={record.speciality} />
        <VitalsChart measured={(record.examinations ?? []).map(({ at, intake }) => ({ at, vitals: intake }))} />
        <Earlier view={view} />
        {record.photos.filter(({ file }) => file).map((photo) => (
          <PhotoView key={photo.photo} client={client} photo={photo} />
        ))}
        <p class="soft">{t("kiosk.case.asked_at", { time: moment(summary.requested_at) })}</p>
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
  const [asking, setAsking] = useState(false);
  const run = async (act: Promise<void>, then: () => void) => {
    setBusy(true);
    if (await tryTo(act)) then();
    else setBusy(false);
  };
  return (
    <footer class="foot">
      <Button icon={icon.close} disabled={busy} data-testid="withdraw" onClick={() => setAsking(true)}>
        {t("kiosk.case.withdraw")}
      </Button>
      <Button icon={icon.note} data-testid="examine" onClick={() => (screen.value = { at: "examine", id })}>
        {t("kiosk.case.examine")}
      </Button>
      <Button kind="go" icon={icon.phone} disabled={busy} data-testid="call-now" onClick={() => void run(acts.ring(id), () => (screen.value = { at: "home" }))}>
        {t("kiosk.case.call")}
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
              <Button kind="danger" disabled={busy} data-testid="withdraw-yes" onClick={() => void run(acts.withdraw(id), onGone)}>
                {t("kiosk.case.withdraw_yes")}
              </Button>
            </>
          }
        >
          <p>{t("kiosk.case.withdraw_more")}</p>
        </Dialog>
      )}
    </footer>
  );
}
