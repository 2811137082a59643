/**
 * What was dispensed of a prescription, and the form with which a pharmacy says what it dispenses. It is shown only while the server answers: without a
 * network nobody knows what others have given.
 */

import { useState } from "preact/hooks";
import { remember, remembered } from "../client/platform/storage.ts";
import { extentOf, leftOfLine } from "../client/workflow/dispensing.ts";
import type { DispensedSomewhere } from "../protocol/prescriptions.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { Field } from "../ui/Field.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { quantityText } from "../ui/quantity.ts";
import { Select } from "../ui/Select.tsx";
import { blankLines, faultsOf, linesOf, REASONS, type TypedLine } from "./dispensing.ts";
import type { Line, Prescription } from "./prescription.ts";
import { dispense } from "./verifier.ts";

/** Refusals after which the same would be refused again. */
const REFUSALS = ["dispensed_already", "prescription_cancelled", "prescription_replaced", "prescription_expired"] as const;
type Refusal = (typeof REFUSALS)[number];
/** Refusals after which the form stays open; of all others nobody knows whether it was recorded. */
const STAYS = ["too_many_attempts", "malformed"] as const;
type Retriable = (typeof STAYS)[number] | "offline";

interface DispensingPartProps {
  prescription: Prescription;
  acts: readonly DispensedSomewhere[];
}

export function DispensingPart({ prescription, acts }: DispensingPartProps) {
  const [isOpen, setOpen] = useState(false);
  /** What came of the last attempt: saved, or refused because somebody else was there before. */
  const [ended, setEnded] = useState<"saved" | Refusal | null>(null);
  const isWhole = extentOf(prescription.lines, acts) === "whole";
  const end = (as: "saved" | Refusal) => {
    setOpen(false);
    setEnded(as);
  };
  return (
    <section class="dispensing" data-testid="dispensing">
      {ended === "saved" && (
        <Banner tone="good" icon={icon.check} data-testid="give-saved">
          {t("verifier.give.saved")}
        </Banner>
      )}
      {ended && ended !== "saved" && (
        <Banner tone="bad" icon={icon.alert} data-testid="give-refused">
          {t(`verifier.give.error.${ended}`)}
        </Banner>
      )}
      <Acts lines={prescription.lines} acts={acts} />
      {!isOpen && !isWhole && (
        <Button icon={icon.check} data-testid="give-open" onClick={() => (setOpen(true), setEnded(null))}>
          {t("verifier.give.open")}
        </Button>
      )}
      {isOpen && <GiveForm prescription={prescription} acts={acts} onClose={() => setOpen(false)} onEnd={end} />}
    </section>
  );
}

/** What was given, when and where. */
function Acts({ lines, acts }: { lines: readonly Line[]; acts: readonly DispensedSomewhere[] }) {
  if (acts.length === 0) return <p data-testid="given-none">{t("verifier.given.none")}</p>;
  return (
    <>
      <h3>{t("verifier.given.title")}</h3>
      <ul data-testid="given">
        {acts.map(({ act, at, place, lines: given }) => (
          <li key={act}>
            <strong>{place}</strong>, {dateAndTime(at)}
            {given.map(({ line, quantity, refused }) => (
              <p key={line}>
                {refused
                  ? t("verifier.given.not", { drug: lines[line]?.drug ?? "", why: t(`verifier.why.${refused}`) })
                  : t("verifier.given.line", { drug: lines[line]?.drug ?? "", quantity: amountOf(quantity, lines[line]) })}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

/** The units of a line, or that it is the whole of what cannot be counted. */
const amountOf = (quantity: number, line: Line | undefined): string =>
  line?.quantity ? quantityText(quantity, line.unit) : t("verifier.given.whole");

interface GiveFormProps extends DispensingPartProps {
  onClose: () => void;
  /** It was saved, or somebody else was there before. */
  onEnd: (as: "saved" | Refusal) => void;
}

function GiveForm({ prescription, acts, onClose, onEnd }: GiveFormProps) {
  const { lines } = prescription;
  // The same act as long as nobody knows whether it was recorded.
  const [act, setAct] = useState(() => crypto.randomUUID());
  const [typed, setTyped] = useState(() => blankLines(lines, acts));
  const [[pharmacy, person], setNames] = useState<readonly [string, string]>(() => remembered("pharmacy", areNames) ?? ["", ""]);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [code, setCode] = useState<Retriable | null>(null);
  const faults = faultsOf(typed, lines, acts);
  const names = { pharmacy: pharmacy.trim() === "", person: person.trim() === "" };
  const save = async (event: Event) => {
    event.preventDefault();
    setTried(true);
    if (isBusy || faults.isAny || names.pharmacy || names.person) return;
    setBusy(true);
    const refusal = await dispense({ act, pharmacy, person, lines: linesOf(typed) });
    setBusy(false);
    if (refusal === null) {
      remember("pharmacy", [pharmacy, person]);
      return onEnd("saved");
    }
    const final = REFUSALS.find((known) => known === refusal);
    if (final) return onEnd(final);
    setCode(STAYS.find((known) => known === refusal) ?? "offline");
    if (refusal === "malformed") setAct(crypto.randomUUID());
  };
  const name = (which: "pharmacy" | "person", value: string, onValue: (value: string) => void) => (
    <Field
      label={t(`verifier.give.${which}`)}
      value={value}
      onValue={onValue}
      maxLength={80}
      fault={isTried && names[which] ? t("verifier.give.fault.name") : null}
      data-testid={`give-${which}`}
    />
  );
  return (
    <form class="way" noValidate data-testid="give-form" onSubmit={(event) => void save(event)}>
      <h3>{t("verifier.give.title")}</h3>
      {lines.map((line, place) => (
        <GiveLine
          key={place}
          line={line}
          place={place}
          left={leftOfLine(line, place, acts)}
          typed={typed[place]!}
          fault={isTried || typed[place]!.quantity !== "" ? (faults.ofLines[place] ?? null) : null}
          onTyped={(part) => setTyped(typed.map((one, at) => (at === place ? { ...one, ...part } : one)))}
        />
      ))}
      {name("pharmacy", pharmacy, (value) => setNames([value, person]))}
      {name("person", person, (value) => setNames([pharmacy, value]))}
      <p class="soft">{t("verifier.give.public")}</p>
      <div aria-live="polite">
        {isTried && faults.isEmpty && <p class="bad">{t("verifier.give.fault.nothing")}</p>}
        {code && (
          <Banner tone="bad" icon={icon.alert} data-testid="give-again">
            {t(`verifier.give.error.${code}`)}
          </Banner>
        )}
      </div>
      <div class="actions">
        <Button data-testid="give-close" onClick={onClose}>
          {t("verifier.give.cancel")}
        </Button>
        <Button kind="primary" type="submit" disabled={isBusy} data-testid="give-save">
          {t(isBusy ? "verifier.give.saving" : "verifier.give.save")}
        </Button>
      </div>
    </form>
  );
}

interface GiveLineProps {
  line: Line;
  place: number;
  left: number;
  typed: TypedLine;
  fault: "whole" | "exceeds" | null;
  onTyped: (part: Partial<TypedLine>) => void;
}

/** How much of one drug is given, or why nothing of it is. */
function GiveLine({ line, place, left, typed, fault, onTyped }: GiveLineProps) {
  const isCounted = line.quantity > 0;
  const isNothing = Number(typed.quantity) === 0;
  return (
    <fieldset data-testid="give-line">
      <legend>
        {place + 1}. {line.drug}
      </legend>
      {left === 0 ? (
        <p>{t("verifier.give.done")}</p>
      ) : (
        <>
          <Field
            label={t("verifier.give.quantity")}
            hint={t("verifier.give.left", { quantity: isCounted ? quantityText(left, line.unit) : t("verifier.given.whole") })}
            unit={isCounted ? line.unit : ""}
            value={typed.quantity}
            onValue={(quantity) => onTyped({ quantity })}
            inputMode="numeric"
            maxLength={7}
            fault={fault && t(`verifier.give.fault.${fault}`, { quantity: isCounted ? quantityText(left, line.unit) : "1" })}
            data-testid="give-quantity"
          />
          {isNothing && <Select label={t("verifier.give.not_why")} value={typed.why} options={reasons()} onValue={(why) => onTyped({ why })} testid="give-why" />}
        </>
      )}
    </fieldset>
  );
}

const reasons = () => [{ value: "" as const, label: t("verifier.give.later") }, ...REASONS.map((value) => ({ value, label: t(`verifier.why.${value}`) }))];

const areNames = (value: unknown): value is [string, string] => Array.isArray(value) && value.length === 2 && value.every((name) => typeof name === "string");
