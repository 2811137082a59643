/**
 * Gives a patient the number of the national record (DPP), also to whoever was not known. The record is asked first; while it does not answer, the
 * number is noted as it is typed, and is told as such. It changes no consultation, and it can be undone.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { post } from "../../../client/signalling/session.ts";
import type { DppLookup, DppPatient, FindDppPatient, IdentifyPatient, PatientLine } from "../../../protocol/api.ts";
import { Button } from "../../../ui/Button.tsx";
import { Field } from "../../../ui/Field.tsx";
import { errorTextOf, learn, t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import french from "../../../ui/texts/fr.json?dpp";
import { book } from "../../staff.ts";
import { patientText } from "./patient.ts";
import { Possible } from "./Possible.tsx";

learn(french);

interface IdentifyProps {
  patient: PatientLine;
  /** What was decided is on the server. */
  onDone: () => void;
}

type Asked = "typing" | "asking" | DppLookup;

/** The button, and below it who is looked for. */
export function Identify(props: IdentifyProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={icon.data} aria-expanded={open} data-testid="identify" onClick={() => setOpen(!open)}>
        {t(props.patient.dpp ? "kiosk.patient.identify_confirm" : "kiosk.patient.identify")}
      </Button>
      {open && <Search {...props} />}
    </>
  );
}

function Search({ patient, onDone }: IdentifyProps) {
  const [number, setNumber] = useState(patient.dpp ?? "");
  const [name, setName] = useState(patient.name ?? "");
  const [answer, setAnswer] = useState<Asked>("typing");
  const [fault, setFault] = useState<string | null>(null);
  const below = useRef<HTMLDivElement>(null);
  const wanted = wantedOf(number, name, patient);
  // An answer is longer than what is left of a small screen.
  useEffect(() => below.current?.scrollIntoView({ block: "nearest" }), [answer, fault]);
  const type = (set: (typed: string) => void) => (typed: string) => (set(typed), setAnswer("typing"), setFault(null));
  const ask = async (event: Event) => {
    event.preventDefault();
    if (!wanted) return;
    setAnswer("asking");
    setFault(null);
    await post<DppLookup>("/api/dpp/lookup", wanted).then(setAnswer, (error: unknown) => (setAnswer("typing"), setFault(errorTextOf(error))));
  };
  return (
    <section class="known" data-testid="identify-form" data-state={typeof answer === "string" ? answer : answer.state}>
      <form class="known" onSubmit={ask}>
        <p class="soft">{t("kiosk.patient.identify_hint")}</p>
        <Field label={t("kiosk.patient.identify_number")} value={number} onValue={type(setNumber)} maxLength={LONGEST} data-testid="identify-number" />
        <Field label={t("kiosk.patient.identify_name")} value={name} onValue={type(setName)} maxLength={LONGEST} data-testid="identify-name" />
        <Button type="submit" icon={icon.data} disabled={!wanted || answer === "asking"} data-testid="identify-ask">
          {t(answer === "asking" ? "common.dpp.asking" : "kiosk.patient.identify_ask")}
        </Button>
      </form>
      <div ref={below}>
        {fault && <p class="fault warn" role="alert" data-testid="identify-fault">{fault}</p>}
        {typeof answer === "object" && (
          <Answer patient={patient} typed={{ number: number.trim(), name: name.trim() }} answer={answer} onAnswer={setAnswer} onDone={onDone} />
        )}
      </div>
    </section>
  );
}

type AnswerProps = IdentifyProps & { typed: Required<IdentifyPatient>; answer: DppLookup; onAnswer: (answer: Asked) => void };

function Answer({ patient, typed, answer, onAnswer, onDone }: AnswerProps) {
  if (answer.state === "possible") return <Possible patients={answer.patients} onAnswer={onAnswer} />;
  if (answer.state === "found") return <Found key={answer.patient.id} patient={patient} found={answer.patient} onDone={onDone} />;
  if (answer.state === "unknown" || answer.state === "retired") {
    return <p role="status" data-testid={`identify-${answer.state}`}>{t(`kiosk.patient.identify_${answer.state}`)}</p>;
  }
  return (
    <div class="known" data-testid="identify-away">
      <p role="status">{t(`kiosk.patient.identify_${answer.state}`)}</p>
      {typed.number.length >= SHORTEST && <Give key={typed.number} text={t("kiosk.patient.identify_by_hand")} patient={patient} said={typed} onDone={onDone} />}
    </div>
  );
}

function Found({ patient, found, onDone }: IdentifyProps & { found: DppPatient }) {
  const who = patientText(found);
  if (!found.number) return <p role="status" data-testid="identify-no-number">{t("kiosk.patient.identify_no_number", { who })}</p>;
  return (
    <div class="known" data-testid="identify-found">
      <p dir="auto">{t("kiosk.patient.identify_found", { who: `${who} (${found.number})` })}</p>
      <Give text={t("common.dpp.take")} patient={patient} said={{ number: found.number, name: found.name }} onDone={onDone} />
    </div>
  );
}

/** The decision. It keeps its name, so that pressing again after an answer that was lost decides nothing twice. */
function Give({ text, patient, said, onDone }: IdentifyProps & { text: string; said: Required<IdentifyPatient> }) {
  const [decision] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const give = () => {
    setBusy(true);
    setFault(null);
    const body: IdentifyPatient = { number: said.number, ...(said.name && { name: said.name }) };
    post(`/api/patients/${patient.id}/identifications/${decision}`, body, { "staff-proof": book.proof() ?? "" }).then(onDone, (error: unknown) => {
      setFault(errorTextOf(error));
      setBusy(false);
    });
  };
  return (
    <>
      <Button kind="primary" icon={icon.check} disabled={busy} data-testid="identify-give" onClick={give}>
        {busy ? t("kiosk.patient.identify_saving") : text}
      </Button>
      {fault && <p class="fault warn" role="alert" data-testid="identify-refused">{fault}</p>}
    </>
  );
}

/** What is asked for: by the number if one was typed, otherwise by name, year of birth and sex; null if that is too little. */
function wantedOf(number: string, name: string, { birth_year, sex }: PatientLine): FindDppPatient | null {
  if (number.trim().length >= SHORTEST) return { number: number.trim() };
  if (name.trim().length < SHORTEST) return null;
  return { name: name.trim(), ...(birth_year && { birth_year }), ...(sex && { sex }) };
}

/** Fewer letters or figures are nobody's number or name. */
const SHORTEST = 3;
/** As many as the server takes, in characters. */
const LONGEST = 100;
