/** The prescriptions of one consultation, readable on the tablet without a network. `paper/` prints those in force. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { codeOf } from "../../client/workflow/prescription-code.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import { keep } from "../../client/workflow/kept-prescriptions.ts";
import { merged } from "../../client/workflow/prescriptions.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import type { Advice, Intake, PrescribedLine, Prescription } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { isNotRenewable } from "../../ui/formulary/not-renewable.ts";
import { errorText, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { toast } from "../../ui/Toast.tsx";
import { client } from "../kiosk.ts";
import { getRecord } from "../record.ts";
import { connection, fallback, place } from "../shell.ts";
import { toldNow } from "./before-printing.ts";
import { DayParts } from "./DayParts.tsx";
import { toldAfterGiving } from "./dispensing.ts";
import { LineDispensing } from "./LineDispensing.tsx";
import { inOrder, isPrintable, stateOf } from "./list.ts";
import { courseOf, endOf, patientOf, signedBy, validity } from "./words.ts";

export interface PrescriptionSheetProps {
  /** All prescriptions of one consultation. */
  prescriptions: readonly Prescription[];
  /** The signed advice of the consultation, of which the paper says when to come back. */
  advice: readonly Advice[];
  /** The form of the consultation, from which the paper has what is not signed; null if the tablet does not have it. */
  intake: Intake | null;
  /** True if the server was not asked what became of them. */
  unchecked?: boolean;
}

export function PrescriptionSheet({ prescriptions, advice, intake, unchecked }: PrescriptionSheetProps) {
  /** What the server has told before one of them was printed. */
  const [told, setTold] = useState<readonly Prescription[]>([]);
  if (prescriptions.length === 0) return null;
  const all = merged(merged(prescriptions, told), toldHere(prescriptions));
  return (
    <div class="rx">
      <h2>{t("kiosk.rx.title")}</h2>
      {unchecked && <Banner tone="warn" icon={icon.linkOff} data-testid="rx-unchecked">{t("kiosk.rx.unchecked")}</Banner>}
      {inOrder(all).map((one) => (
        <Item key={one.signed.prescription} of={one} all={all} advice={advice} intake={intake} onTold={setTold} />
      ))}
    </div>
  );
}

/** What the server has told of these after something of them was given here. */
const toldHere = (prescriptions: readonly Prescription[]): Prescription[] =>
  toldAfterGiving.value.filter((told) => prescriptions.some(({ signed }) => signed.prescription === told.signed.prescription));

interface ItemProps {
  of: Prescription;
  all: readonly Prescription[];
  advice: readonly Advice[];
  intake: Intake | null;
  /** Called with what the server has told of all. */
  onTold: (all: readonly Prescription[]) => void;
}

/** One prescription. What is not to be followed any more is struck through, and says so in words. */
function Item({ of, all, advice, intake, onTold }: ItemProps) {
  const { prescription, lines, patient } = of.signed;
  const state = stateOf(of);
  const isEnded = state !== "in_force";
  const now = wallNow();
  return (
    <article id={anchorOf(prescription)} class={isEnded ? "over" : ""} data-testid="rx-item" data-state={state}>
      {isEnded && <p class="rx-end">{endOf(of, all)}</p>}
      <ol>
        {lines.map((line, i) => (
          <Line key={i} of={line} isEnded={isEnded}>
            <LineDispensing of={of} place={i} canGive={isPrintable(of, now)} />
          </Line>
        ))}
      </ol>
      <dl>
        <Fact name={t("kiosk.rx.patient")}>{patientOf(patient)}</Fact>
        <Fact name={t("kiosk.rx.code")}>
          <strong class="digits" data-testid="rx-code">{codeOf(prescription)}</strong>
        </Fact>
      </dl>
      <p class="soft">{signedBy(of)}</p>
      {!isEnded && <p>{validity(of, now)}</p>}
      {isPrintable(of, now) && <PrintPrescription of={of} all={all} advice={advice} intake={intake} onTold={onTold} />}
    </article>
  );
}

/** The place of a prescription in the page, to which a call leads. */
export const anchorOf = (prescription: string): string => `rx-${prescription}`;

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function Line({ of, isEnded, children }: { of: PrescribedLine; isEnded: boolean; children: ComponentChildren }) {
  const { drug, directions } = of;
  return (
    <li data-testid="rx-line">
      <strong dir="auto">{isEnded ? <del>{drug}</del> : drug}</strong>
      <p class="said" dir="auto">{isEnded ? <del>{directions}</del> : directions}</p>
      {!isEnded && <DayParts directions={directions} />}
      <p class="soft">{isEnded ? <del>{courseOf(of)}</del> : courseOf(of)}</p>
      {isNotRenewable(of) && !isEnded && <p><strong>{t("kiosk.rx.not_renewable")}</strong></p>}
      {children}
    </li>
  );
}

/** The button that prints one prescription; the paper is loaded when it is pressed. */
function PrintPrescription({ of, all, advice, intake, onTold }: ItemProps) {
  const [busy, setBusy] = useState(false);
  const { consultation, prescription } = of.signed;
  const print = async () => {
    let signed = advice;
    const read = async () => {
      const { record } = await getRecord<ConsultationView>(`/api/consultations/${consultation}`);
      signed = record.advice;
      return record.prescriptions ?? [];
    };
    const isOnline = connection.state.peek().at === "ready";
    const known = isOnline ? await toldNow(of, all, read) : all;
    if (isOnline) void keep(client.kept, consultation, known);
    onTold(known);
    const now = known.find(({ signed }) => signed.prescription === prescription) ?? of;
    if (!isPrintable(now, wallNow())) return toast(stateOf(now) === "in_force" ? validity(now, wallNow()) : t("kiosk.rx.not_printed"));
    const { printPrescription } = await import("../paper/print-prescription.tsx");
    await printPrescription({ of: now, all: known, advice: signed, intake, place: place.value, fallback: fallback.value, host: location.host });
  };
  const press = () => {
    setBusy(true);
    void print()
      .catch(() => toast(errorText("offline")))
      .finally(() => setBusy(false));
  };
  return (
    <div class="actions">
      <Button icon={icon.print} data-testid="rx-print" disabled={busy} onClick={press}>
        {t("kiosk.rx.print")}
      </Button>
    </div>
  );
}
