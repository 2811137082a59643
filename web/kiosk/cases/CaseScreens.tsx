/** The list of this post's cases, and what is shown of one; patients' texts stand behind the PIN of the post. */

import type { ComponentChildren } from "preact";
import { now, seconds } from "../../client/index.ts";
import type { Case } from "../../client/workflow/cases.ts";
import type { Filed } from "../../client/workflow/post.ts";
import { Button } from "../../ui/Button.tsx";
import { errorText, learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?case";
import vitals from "../../ui/vitals.css?later";
import { Banner } from "../../ui/Banner.tsx";
import { moment } from "../../ui/dates.ts";
import { BackButton } from "../BackButton.tsx";
import { client } from "../kiosk.ts";
import { NearestButton } from "../nearest/later.ts";
import { PinGate } from "../PinGate.tsx";
import { cases, screen } from "../shell.ts";
import { isWithdrawn } from "./acts.ts";
import styles from "./cases.css?later";
import { CaseBody } from "./CaseBody.tsx";
import { Examine } from "./Examine.tsx";
import { knownAt } from "./kept/copies.ts";
import { replied } from "./kept/replied.ts";
import { needsPost } from "./needs.ts";
import { Progress, reachedBy, Receipts } from "./Receipts.tsx";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await Promise.all([loadStylesheet(styles), loadStylesheet(vitals)]);
  return { CaseList, CaseScreen, ExamineScreen };
}

/** All cases: those that need something first, then those that wait on this tablet, then the others by their deadline. */
function CaseList() {
  const at = (seconds.value, now());
  const rows = cases.rows.value;
  const needed = rows.filter((row) => needsPost(row, at) && !replied.value.has(row.consultation));
  // The row of a case may come before the answer that empties the outbox.
  const filed = client.post.filed.value.filter(({ request }) => !cases.of(request.request));
  return (
    <main class="history cases">
      <header>
        <BackButton />
        <h1>{t("kiosk.case.title")}</h1>
      </header>
      <PinGate>
        <Known />
        {rows.length + filed.length === 0 && <p>{t("kiosk.case.none")}</p>}
        {needed.map((row) => (
          <Card key={row.consultation} row={row} needed />
        ))}
        {filed.map((one) => (
          <UnsentCard key={one.request.request} filed={one} />
        ))}
        {rows
          .filter((row) => !needed.includes(row))
          .map((row) => (
            <Card key={row.consultation} row={row} />
          ))}
      </PinGate>
    </main>
  );
}

/** Without a network: from when the list is. */
function Known() {
  if (knownAt.value === null) return null;
  return (
    <Banner icon={icon.linkOff} data-testid="cases-known-at">
      {t("kiosk.case.offline_since", { time: moment(knownAt.value) })}
    </Banner>
  );
}

function Card({ row, needed }: { row: Case; needed?: boolean }) {
  return (
    <button
      type="button"
      class={needed ? "case-card needed" : "case-card"}
      data-testid="case-row"
      data-consultation={row.consultation}
      data-state={row.state}
      onClick={() => (screen.value = { at: "case", id: row.consultation })}
    >
      <Who patient={row.patient ?? ""} reason={row.reason ?? ""} danger={row.danger === "danger"}>
        {t(`common.speciality.${row.speciality}`)} · {t(`common.urgency.${row.urgency}`)}
        {row.unread > 0 && <strong> · {t("kiosk.case.unread", { n: row.unread })}</strong>}
      </Who>
      <Progress row={row} />
    </button>
  );
}

/** A case that the server does not have yet. */
function UnsentCard({ filed }: { filed: Filed }) {
  const { request, refusal, kept } = filed;
  const { speciality, urgency, intake, defer_to } = request;
  const again = () => {
    client.post.unfile(request.request);
    void client.post.request({ speciality, urgency, intake, ...(defer_to && { defer_to }) });
  };
  const goes = t(kept ? "kiosk.case.goes_alone" : "kiosk.wait.unkept");
  const next = isWithdrawn(request.request) ? `${t("kiosk.case.act.cancel")} : ${t("kiosk.case.act.stored")}` : goes;
  return (
    <article class="case-card" data-testid="case-unsent" data-consultation={request.request}>
      <Who patient={intake.name ?? intake.dpp ?? ""} reason={intake.reason}>
        {t(`common.speciality.${speciality}`)} · {t(`common.urgency.${urgency}`)}
      </Who>
      <Receipts reached={reachedBy(filed)} />
      <p class={refusal || !kept ? "next bad" : "next soft"}>{refusal ? errorText(refusal) : next}</p>
      <div class="actions">
        <Button icon={icon.note} data-testid="case-open" onClick={() => (screen.value = { at: "case", id: request.request })}>
          {t("kiosk.case.open")}
        </Button>
      </div>
      {refusal && (
        <div class="actions">
          <Button kind="go" icon={icon.send} onClick={again}>
            {t("common.retry")}
          </Button>
          <Button icon={icon.close} onClick={() => client.post.unfile(request.request)}>
            {t("kiosk.case.withdraw")}
          </Button>
        </div>
      )}
    </article>
  );
}

interface WhoProps {
  patient: string;
  reason: string;
  danger?: boolean;
  children: ComponentChildren;
}

function Who({ patient, reason, danger, children }: WhoProps) {
  return (
    <span class="who">
      <strong dir="auto">
        {danger && <Icon of={icon.alert} />} {patient || t("kiosk.case.no_name")}
      </strong>
      {reason && <span dir="auto">{reason}</span>}
      <span class="soft">{children}</span>
    </span>
  );
}

const toList = () => void (screen.value = { at: "cases" });

/** One case, behind the PIN. */
function CaseScreen({ id }: { id: string }) {
  return (
    <main class="history cases" data-testid="case" data-consultation={id}>
      <header>
        <Button kind="bare" icon={icon.back} data-testid="back" onClick={toList}>
          {t("kiosk.case.title")}
        </Button>
        <h1>{t("kiosk.case.one")}</h1>
        <NearestButton />
      </header>
      <PinGate>
        <Known />
        <CaseBody id={id} onGone={toList} />
      </PinGate>
    </main>
  );
}

/** The form of a case again, behind the PIN. */
function ExamineScreen({ id }: { id: string }) {
  const back = () => void (screen.value = { at: "case", id });
  return (
    <main class="ask" data-testid="examine-screen">
      <header>
        <Button kind="bare" icon={icon.back} data-testid="back" onClick={back}>
          {t("common.back")}
        </Button>
        <h1>{t("kiosk.case.examine")}</h1>
      </header>
      <PinGate>
        <Examine id={id} onDone={back} />
      </PinGate>
    </main>
  );
}
