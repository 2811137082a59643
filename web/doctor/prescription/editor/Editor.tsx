/** The editor of a prescription: allergies, the drugs, the questions about them, and the way to the signature. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Client } from "../../../client/index.ts";
import { wallNow } from "../../../client/platform/wall-clock.ts";
import { codeOf } from "../../../client/workflow/prescription-code.ts";
import type { ConsultationId, Intake, Prescription, ProductId } from "../../../protocol/messages.ts";
import type { CheckedDraft, DraftDrug } from "../../../protocol/prescriptions.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { Button } from "../../../ui/Button.tsx";
import { date } from "../../../ui/dates.ts";
import { number, t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { toast } from "../../../ui/Toast.tsx";
import { type AtPost, useAtPost } from "../at-post.ts";
import { patientOf } from "../dose-help.ts";
import { type Product, useFormulary } from "../../../ui/formulary/products.ts";
import type { Prescribing } from "../kept-prescription.ts";
import { inPlaceOf, isComplete, LIMITS, lineOf, type TypedLine } from "../typed.ts";
import { patientWords } from "../words.ts";
import { Allergies } from "./Allergies.tsx";
import { type Checks, useChecks } from "./checks.ts";
import { DrugSearch } from "./DrugSearch.tsx";
import { useRecordAllergies } from "./known.ts";
import { Line } from "./Line.tsx";
import { troubleOf, useOwnKey } from "./own-key.ts";
import { Questions } from "./Questions.tsx";
import { SignDialog } from "./SignDialog.tsx";

interface EditorProps {
  client: Client;
  id: ConsultationId;
  intake: Intake | undefined;
  prescriptions: readonly Prescription[];
  prescribing: Prescribing;
}

export function Editor({ client, id, intake, prescriptions, prescribing }: EditorProps) {
  const { typed } = prescribing;
  const list = useFormulary();
  const checks = useChecks(client, id, typed);
  const [isTried, setTried] = useState(false);
  const [signing, setSigning] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "start" });
    box.current?.focus({ preventScroll: true });
  }, []);
  const isOnline = client.connection.state.value.at === "ready";
  const atPost = useAtPost(id, isOnline);
  const record = useRecordAllergies(id, intake?.dpp, isOnline, prescribing);
  return (
    <div class="rx-editor" ref={box} role="group" aria-label={t("doctor.prescribe.title")} tabIndex={-1} data-testid="rx-editor">
      <KeyNote isOnline={isOnline} />
      <p class="small warn" data-testid="rx-review">
        {t("doctor.rx.review")}
      </p>
      {typed.replaces && <Replacing prescribing={prescribing} code={codeOf(typed.replaces)} />}
      {intake && <PatientLine intake={intake} />}
      <Allergies prescribing={prescribing} record={record} />
      <TypedLines intake={intake} list={list} atPost={atPost} checks={checks} isTried={isTried} prescribing={prescribing} />
      <SignBar
        checks={checks}
        prescribing={prescribing}
        isOnline={isOnline}
        onTried={() => {
          setTried(true);
          // What is missing is marked with the next picture of the screen.
          setTimeout(() => box.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(), 50);
        }}
        onReady={() => setSigning(true)}
      />
      {signing && (
        <SignDialog
          client={client}
          id={id}
          intake={intake}
          list={list}
          prescribing={prescribing}
          questions={checks.questions}
          onClose={() => setSigning(false)}
          onDone={(goesOn) => {
            toast(t("doctor.rx.signed"));
            setSigning(false);
            prescribing.open(goesOn);
          }}
        />
      )}
      {prescriptions.length >= LIMITS.prescriptions && <Banner tone="warn">{t("error.prescriptions_full")}</Banner>}
    </div>
  );
}

/** Who takes it: what a dose depends on stays beside it, also on a phone, where the record is hidden. */
function PatientLine({ intake }: { intake: Intake }) {
  const { weight_g, pregnancy, term_weeks } = intake;
  const parts = [
    patientWords(intake),
    weight_g && `${number(weight_g / 1000, weight_g < 10_000 ? 2 : 1)} kg`,
    pregnancy && pregnancy !== "none" && t(`common.pregnancy.${pregnancy}`),
    term_weeks && `${t("common.vital.term")} ${t("common.weeks", { n: term_weeks })}`,
  ];
  return (
    <p dir="auto">
      {t("doctor.rx.patient")} <strong>{parts.filter(Boolean).join(", ") || t("common.unknown")}</strong>
    </p>
  );
}

/** What the doctor must know of the own key before anything is typed. */
function KeyNote({ isOnline }: { isOnline: boolean }) {
  const key = useOwnKey(isOnline);
  const trouble = key && troubleOf(key, wallNow(), key.device);
  if (!trouble) return null;
  return (
    <Banner tone="warn" icon={icon.alert} data-testid="rx-no-key" data-trouble={trouble}>
      {t(`doctor.rx.key.${trouble}`, { date: key.valid_until ? date(key.valid_until) : "" })}
    </Banner>
  );
}

function Replacing({ prescribing, code }: { prescribing: Prescribing; code: string }) {
  const keepBoth = () => prescribing.change(({ replaces: _, ...rest }) => rest);
  return (
    <Banner tone="info" actions={<Button onClick={keepBoth}>{t("doctor.rx.replaces_not")}</Button>} data-testid="rx-replacing">
      {t("doctor.rx.replaces", { code })}. {t("doctor.rx.replaces_more")}
    </Banner>
  );
}

interface TypedLinesProps {
  intake: Intake | undefined;
  list: ReadonlyMap<ProductId, Product> | null;
  atPost: AtPost;
  checks: Checks;
  isTried: boolean;
  prescribing: Prescribing;
}

function TypedLines({ intake, list, atPost, checks, isTried, prescribing: { typed, change } }: TypedLinesProps) {
  const [added, setAdded] = useState<string | null>(null);
  const patient = patientOf(intake);
  const edit = (key: string, make: (line: TypedLine) => Partial<TypedLine>) =>
    change((before) => ({ ...before, lines: before.lines.map((line) => (line.key === key ? { ...line, ...make(line) } : line)) }));
  const add = (drug: DraftDrug, product?: Product) => {
    const line = lineOf(drug, product);
    setAdded(line.key);
    change((before) => ({ ...before, lines: [...before.lines, line] }));
  };
  const productOf = ({ drug }: TypedLine) => ("listed" in drug ? list?.get(drug.listed) : undefined);
  const placeOf = (key: string) => typed.lines.findIndex((line) => line.key === key) + 1;
  return (
    <>
      <ol class="rx-typed">
        {typed.lines.map((line, place) => (
          <Line
            key={line.key}
            line={line}
            place={place + 1}
            product={productOf(line)}
            patient={patient}
            list={list}
            atPost={atPost}
            isTried={isTried}
            isNew={line.key === added}
            onChange={(part) => edit(line.key, () => part)}
            onRemove={() => change((before) => ({ ...before, lines: before.lines.filter(({ key }) => key !== line.key) }))}
            onTake={(other) => edit(line.key, (before) => inPlaceOf(before, other))}
          >
            <Questions
              questions={checks.questions.filter((question) => question.line === line.key)}
              line={line}
              product={productOf(line)}
              placeOf={placeOf}
              isTried={isTried}
              onWhy={(kind, why) => edit(line.key, ({ whys }) => ({ whys: { ...whys, [kind]: why } }))}
            />
          </Line>
        ))}
      </ol>
      {typed.lines.length < LIMITS.lines ? <DrugSearch list={list} atPost={atPost} onPick={add} /> : <p class="small">{t("doctor.rx.lines_full")}</p>}
    </>
  );
}

interface SignBarProps {
  checks: Checks;
  prescribing: Prescribing;
  isOnline: boolean;
  /** Something is missing before the signature. */
  onTried: () => void;
  /** Nothing is missing but the password. */
  onReady: () => void;
}

function SignBar({ checks, prescribing: { typed }, isOnline, onTried, onReady }: SignBarProps) {
  const [busy, setBusy] = useState(false);
  const [flaw, setFlaw] = useState<string | null>(null);
  const sign = async () => {
    setFlaw(null);
    if (!isComplete(typed)) {
      setFlaw(t("doctor.rx.incomplete"));
      return onTried();
    }
    setBusy(true);
    const answer = await checks.now();
    setBusy(false);
    if (answer?.signable) return onReady();
    if (answer) setFlaw(flawOf(answer, typed.lines));
    onTried();
  };
  const said = flaw ?? checks.fault;
  return (
    <>
      {said && (
        <Banner tone="warn" icon={icon.alert} data-testid="rx-flaw">
          {said}
        </Banner>
      )}
      {!isOnline && <p class="small warn">{t("doctor.rx.offline")}</p>}
      <Button
        kind="go"
        icon={icon.check}
        disabled={typed.lines.length === 0 || busy || !isOnline}
        data-testid="rx-sign"
        onClick={() => void sign()}
      >
        {t("doctor.rx.sign")}
      </Button>
    </>
  );
}

/** Why the server would not sign this draft. */
function flawOf({ flawed, findings }: CheckedDraft, lines: readonly TypedLine[]): string {
  if (flawed !== null) return t("doctor.rx.flawed", { n: flawed + 1 });
  const isOpen = findings.some(({ line, kind, asks }) => asks && !lines[line]?.whys[kind]?.trim());
  return t(isOpen ? "doctor.rx.unanswered" : "error.prescription_replaced");
}
