/**
 * Proposes patients of this post for the name or number that is typed, and shows the one who was chosen. Nobody has to choose: a request
 * without a patient is "inconnue", and can be joined to a patient later.
 */

import { useEffect, useState } from "preact/hooks";
import { get } from "../../client/signalling/session.ts";
import { wallNow } from "../../client/platform/wall-clock.ts";
import type { DppPatient, FindDppPatient, PatientLine } from "../../protocol/api.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { year } from "../../ui/dates.ts";
import { errorTextOf, learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?patients";
import { changeForm, form } from "../draft.ts";
import { birthYearOf, type FormKind } from "../form.ts";
import { LockedPart } from "../LockedPart.tsx";
import { NationalFile } from "./national/later.ts";
import { take } from "./national/patient.ts";
import { isSame, wantedOf } from "./national/wanted.ts";
import { connection } from "../shell.ts";
import { isLocked } from "../staff.ts";
import { lineText } from "./line.ts";
import { patients } from "./list.ts";
import { PatientDialog } from "./PatientDialog.tsx";
import styles from "./patients.css?later";

learn(french);

/** The part, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return KnownPatient;
}

function KnownPatient({ kind }: { kind: FormKind }) {
  useEffect(() => void patients.load(), []);
  const { patient, name, dpp, unknown } = form.value;
  if (patient) return <Chosen kind={kind} patient={patient} />;
  return (
    <>
      <Proposals kind={kind} name={name} dpp={unknown ? "" : dpp} born={birthYearOf(form.value)} />
      <National kind={kind} />
    </>
  );
}

/**
 * The way to the national file, for whoever has given the PIN of a tablet that has one. An answer goes when another name or number is
 * typed, because it is about another patient.
 */
function National({ kind }: { kind: FormKind }) {
  const [asked, setAsked] = useState<FindDppPatient | null>(null);
  const wanted = wantedOf(form.value);
  if (!wanted || isLocked.value || connection.state.value.at !== "ready") return null;
  const takeIn = (patient: DppPatient) => {
    take(kind, patient);
    setAsked(wantedOf(form.value));
  };
  if (asked && isSame(asked, wanted)) return <NationalFile wanted={asked} onTake={takeIn} onClose={() => setAsked(null)} />;
  return (
    <div class="wide">
      <Button kind="bare" icon={icon.data} data-testid="dpp-search" onClick={() => setAsked(wanted)}>
        {t("kiosk.patient.national")}
      </Button>
    </div>
  );
}

/** Those who may be meant. What is older than the tablet's list is asked of the server. A locked tablet names nobody whose number was not typed. */
function Proposals({ kind, name, dpp, born }: { kind: FormKind; name: string; dpp: string; born: number | null }) {
  const [older, setOlder] = useState<{ of: string; lines: PatientLine[] } | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const typed = `${name}|${dpp}|${born}`;
  const isEnough = name.trim().length >= 3 || dpp.trim().length >= 3;
  const locked = isLocked.value;
  const kept = locked ? patients.withNumber(dpp) : patients.find(name, dpp, born);
  const asked = !locked && older?.of === typed ? older.lines : null;
  const lines = [...kept, ...(asked ?? []).filter(({ id }) => !kept.some((line) => line.id === id))];
  const search = () => {
    setFault(null);
    const query = new URLSearchParams({ ...(name && { name }), ...(dpp && { dpp }), ...(born !== null && { birth_year: String(born) }) });
    get<PatientLine[]>(`/api/patients?${query}`).then(
      (found) => setOlder({ of: typed, lines: found }),
      (error: unknown) => setFault(errorTextOf(error)),
    );
  };
  if (!isEnough) return null;
  return (
    <div class="wide proposals" role="group" aria-label={t("kiosk.patient.proposed")}>
      {lines.map((line) => (
        <Button key={line.id} icon={icon.people} data-testid="patient-proposed" data-patient={line.id} onClick={() => choose(kind, line)}>
          {lineText(line)}
        </Button>
      ))}
      {locked && <LockedPart text={t("kiosk.patient.locked")} testid="patient-unlock" />}
      {!locked && !asked && connection.state.value.at === "ready" && (
        <Button kind="bare" icon={icon.data} data-testid="patient-search" onClick={search}>
          {t("kiosk.patient.search")}
        </Button>
      )}
      {asked && lines.length === 0 && <p class="soft" data-testid="patient-none">{t("kiosk.patient.none")}</p>}
      {fault && <p class="fault warn" role="alert">{fault}</p>}
    </div>
  );
}

/** The patient who was chosen, and the way back. */
function Chosen({ kind, patient }: { kind: FormKind; patient: PatientLine }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="wide">
      <Banner
        tone="info"
        icon={icon.people}
        data-testid="patient-chosen"
        actions={
          <div class="actions">
            <Button icon={icon.note} data-testid="patient-open" onClick={() => setOpen(true)}>
              {t("kiosk.patient.before", { n: patient.visits })}
            </Button>
            <Button kind="bare" icon={icon.close} data-testid="patient-not" onClick={() => changeForm(kind, { patient: null })}>
              {t("kiosk.patient.not")}
            </Button>
          </div>
        }
      >
        {t("kiosk.patient.chosen", { who: lineText(patient) })}
      </Banner>
      {open && <PatientDialog id={patient.id} onClose={() => setOpen(false)} />}
    </div>
  );
}

/** Takes a patient, and fills in what is empty. What was typed stays. */
function choose(kind: FormKind, patient: PatientLine): void {
  const { name, dpp, language, numbers, choices, units } = form.value;
  const age = patient.birth_year ? String(year(wallNow()) - patient.birth_year) : "";
  changeForm(kind, {
    patient,
    name: patient.name ?? name,
    dpp: dpp || (patient.dpp ?? ""),
    unknown: false,
    language: language ?? patient.language,
    units: numbers.age || !age ? units : { ...units, age: "years" },
    numbers: { ...numbers, age: numbers.age || age },
    choices: { ...choices, ...(patient.sex && !choices.sex && { sex: patient.sex }) },
  });
}
