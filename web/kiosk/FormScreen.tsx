/**
 * The form before a call. It shows what the reason asks for, and the rest behind one button. No field is required, because
 * an unknown value must never delay an emergency.
 */

import { useEffect, useState } from "preact/hooks";
import { deviceStorage } from "../client/platform/storage.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import { type Language, type Speciality, TEXT_LIMITS, type Urgency } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { Choice } from "../ui/Choice.tsx";
import { Field } from "../ui/Field.tsx";
import { moment } from "../ui/dates.ts";
import { errorText, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { StorageNote } from "../ui/StorageNote.tsx";
import { toast } from "../ui/Toast.tsx";
import { BackButton } from "./BackButton.tsx";
import { FileButton } from "./cases/later.ts";
import { AskConsent } from "./consent/later.ts";
import { OnDuty } from "./duty/later.ts";
import {
  changeForm,
  clearForm,
  closeForm,
  draftFrom,
  form,
  moreShown,
  opened,
  openForm,
  sendRequest,
} from "./draft.ts";
import { dangersOf, firstParts, type FormKind, impossible, otherParts } from "./form.ts";
import { Parts, Unmeasurable } from "./FormFields.tsx";
import { client } from "./kiosk.ts";
import { LockedPart } from "./LockedPart.tsx";
import { checked, screen } from "./shell.ts";
import { isDeserted, isLocked } from "./staff.ts";
import { KnownPatient } from "./patients/later.ts";
import { SpeakButton } from "./spoken/later.ts";

export function FormScreen({ kind, speciality }: { kind: FormKind; speciality: Speciality }) {
  useEffect(() => {
    void openForm(kind, speciality);
    return closeForm;
  }, [kind, speciality]);
  useEffect(() => {
    client.prepare(true);
    return () => client.prepare(false);
  }, []);
  const deserted = isDeserted();
  useEffect(() => {
    if (deserted) screen.value = { at: "home" };
  }, [deserted]);
  return (
    <main class="ask">
      <header>
        <BackButton />
        <h1>{kind === "other" ? t(`common.speciality.${speciality}`) : t(`kiosk.home.${kind}`)}</h1>
        {opened.value === kind && <SpeakButton language={form.value.language} />}
      </header>
      {opened.value === kind && (isOthers() ? <Covered kind={kind} /> : <OpenForm kind={kind} speciality={speciality} />)}
    </main>
  );
}

/** True if a draft of some minutes ago may be another person's, and whoever is at the tablet a passer-by. */
function isOthers(): boolean {
  const from = draftFrom.value;
  return from !== null && isLocked.value && Math.abs(wallNow() - from) > OTHERS_MS;
}

/** In the place of a draft that a locked tablet does not show. A new patient needs no PIN. */
function Covered({ kind }: { kind: FormKind }) {
  return (
    <Banner
      icon={icon.note}
      data-testid="draft-covered"
      actions={
        <div class="actions">
          <Button kind="primary" data-testid="new-patient" onClick={() => clearForm(kind)}>
            {t("kiosk.ask.anew")}
          </Button>
          <LockedPart text={t("kiosk.ask.resume")} testid="draft-resume" />
        </div>
      }
    >
      {t("kiosk.ask.covered", { time: moment(draftFrom.value ?? 0) })}
    </Banner>
  );
}

function OpenForm({ kind, speciality }: { kind: FormKind; speciality: Speciality }) {
  const found = dangersOf(form.value);
  return (
    <>
      {draftFrom.value && <DraftBanner at={draftFrom.value} kind={kind} />}
      {deviceStorage.value !== "kept" && <StorageNote />}
      <div class="fields">
        <Patient kind={kind} />
        <KnownPatient kind={kind} />
        <Parts kind={kind} parts={firstParts(kind)} found={found} />
        {kind !== "obstetric" && <UrgencyChoice kind={kind} />}
        <div class={kind === "other" ? "wide" : "pair"}>
          <Field
            label={t("kiosk.ask.reason")}
            value={form.value.reason}
            onValue={(reason) => changeForm(kind, { reason })}
            rows={2}
            maxLength={TEXT_LIMITS.reason}
            data-testid="field-reason"
          />
        </div>
        <More kind={kind} />
        <OnDuty speciality={speciality} />
        <AskConsent kind={kind} />
      </div>
      <Foot kind={kind} count={found.length} />
    </>
  );
}

/** "Autres mesures": everything that this reason does not ask for first. */
function More({ kind }: { kind: FormKind }) {
  const open = moreShown.value;
  const found = dangersOf(form.value);
  return (
    <>
      <Button
        class={kind === "obstetric" ? "pair" : "wide"}
        aria-expanded={open}
        icon={open ? icon.close : icon.note}
        data-testid="more"
        onClick={() => (moreShown.value = !open)}
      >
        {t(open ? "kiosk.ask.less" : "kiosk.ask.more")}
      </Button>
      {open && (
        <>
          <Parts kind={kind} parts={otherParts(kind)} found={found} />
          <Unmeasurable kind={kind} />
          <div class="wide">
            <Choice
              label={t("common.vital.language")}
              options={LANGUAGES.map((value) => ({ value, label: t(`common.lang.${value}`) }))}
              value={form.value.language}
              onValue={(language) => changeForm(kind, { language })}
              testid="field-language"
            />
          </div>
          {kind === "obstetric" && <UrgencyChoice kind={kind} />}
        </>
      )}
    </>
  );
}

function UrgencyChoice({ kind }: { kind: FormKind }) {
  const options = URGENCIES.map((value) => ({
    value,
    label: t(`common.urgency.${value}`),
    danger: value === "stat",
  }));
  return (
    <div class="pair">
      <Choice
        label={t("kiosk.ask.urgency")}
        options={options}
        value={form.value.urgency}
        onValue={(urgency) => changeForm(kind, { urgency })}
        testid="field-urgency"
      />
    </div>
  );
}

/** Warns that a draft was found, because its values may be those of another patient. */
function DraftBanner({ at, kind }: { at: number; kind: FormKind }) {
  return (
    <Banner
      tone="warn"
      icon={icon.note}
      data-testid="draft"
      actions={
        <Button data-testid="new-patient" onClick={() => clearForm(kind)}>
          {t("kiosk.ask.anew")}
        </Button>
      }
    >
      {t("kiosk.ask.found", { time: moment(at) })}
    </Banner>
  );
}

function Patient({ kind }: { kind: FormKind }) {
  const { unknown, dpp, name } = form.value;
  return (
    <>
      <Field
        label={t("common.vital.name")}
        value={name}
        onValue={(typed) => changeForm(kind, { name: typed })}
        autoComplete="off"
        maxLength={TEXT_LIMITS.name}
        data-testid="field-name"
      />
      <div class="patient">
        <Field
          label={t("common.vital.dpp")}
          value={unknown ? "" : dpp}
          onValue={(typed) => changeForm(kind, { dpp: typed })}
          disabled={unknown}
          placeholder={unknown ? t("common.unknown") : ""}
          autoComplete="off"
          maxLength={TEXT_LIMITS.dpp}
          data-testid="field-dpp"
        />
        <Button
          class={unknown ? "pressed" : ""}
          aria-pressed={unknown}
          data-testid="dpp-unknown"
          onClick={() => changeForm(kind, { unknown: !unknown })}
        >
          {t("common.unknown")}
        </Button>
      </div>
    </>
  );
}

/** The foot with "Appeler". The first press with an impossible value shows it; the second sends it as it was typed. */
function Foot({ kind, count }: { kind: FormKind; count: number }) {
  const [busy, setBusy] = useState(false);
  const [warned, setWarned] = useState("");
  const wrong = impossible(form.value);
  const told = wrong.length > 0 && warned === wrong.join();
  const mayGo = () => {
    if (!wrong.length || told) return true;
    setWarned(wrong.join());
    if (otherParts(kind).includes(wrong[0]!)) moreShown.value = true;
    setTimeout(() => document.querySelector<HTMLElement>(`[data-testid="field-${wrong[0]}"]`)?.focus());
    return false;
  };
  const press = () => {
    if (!mayGo()) return;
    setBusy(true);
    void sendRequest(kind).catch(() => toast(errorText("internal")) ?? setBusy(false));
  };
  return (
    <footer class="foot">
      {told ? (
        <p class="fault warn" role="alert" data-testid="check-values">
          {t("kiosk.ask.check", { n: wrong.length })}
        </p>
      ) : (
        count > 0 && (
          <p class="fault bad" role="status" data-testid="danger">
            {t("kiosk.ask.dangers", { n: count })}
          </p>
        )
      )}
      {!checked.value && (
        <Button kind="bare" class="check-first" icon={icon.tools} onClick={() => (screen.value = { at: "check" })}>
          {t("kiosk.check.first")}
        </Button>
      )}
      <FileButton kind={kind} mayGo={mayGo} />
      <Button kind="go" icon={icon.phone} class="call" disabled={busy} data-testid="call" onClick={press}>
        {t(told ? "kiosk.ask.call_anyway" : "kiosk.ask.call")}
      </Button>
    </footer>
  );
}

const LANGUAGES: Language[] = ["fr", "wo", "ff", "snk", "mnk"];
const URGENCIES: Urgency[] = ["stat", "urgent", "routine"];
/** A draft that is younger is of whoever just typed it. */
const OTHERS_MS = 2 * 60_000;
