/** The ways into a deferred case: from a wait that nobody answers, and from a form that need not ring. They tell what that means. */

import { useEffect, useId, useState } from "preact/hooks";
import { now, type PendingRequest, seconds } from "../../client/index.ts";
import type { Addressee, ConsultationId, Speciality, Urgency } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { moment } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { duration, errorText, learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { lazy } from "../../ui/lazy.tsx";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?case";
import { toast } from "../../ui/Toast.tsx";
import { changeForm, fileCase, form } from "../draft.ts";
import type { FormKind } from "../form.ts";
import { client } from "../kiosk.ts";
import { known as duty, loadDuty, refreshDuty } from "../duty/list.ts";
import { addAttachment } from "../later.ts";
import { cases, connection, screen } from "../shell.ts";
import { acts, tryTo } from "./acts.ts";
import styles from "./cases.css?later";
import { known, learnDoctors } from "./kept/doctors.ts";
import { answerWithin, doctorsOf } from "./needs.ts";
import { Progress, reachedBy, Receipts } from "./Receipts.tsx";

learn(french);

const AddAttachment = lazy(addAttachment);
const TakeCharge = lazy(async () => (await import("../staff/TakeCharge.tsx")).TakeCharge);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return { DeferOffer, FileButton, UnderWay };
}

/** The time within which a case of this urgency is answered, as the server said last. Reads a signal. */
const within = (urgency: Urgency): string => answerWithin(urgency, duty.value?.rota.answers);

/** The clock after which a wait becomes a case by itself, and the button that does it at once. */
function DeferOffer({ pending: { request, wait } }: { pending: PendingRequest }) {
  const [busy, setBusy] = useState(false);
  useEffect(() => void loadDuty(), []);
  const left = wait?.defersAt == null ? null : wait.defersAt - (seconds.value, now());
  const press = async () => {
    setBusy(true);
    await tryTo(acts.defer(request.request));
    setBusy(false);
  };
  return (
    <section class="defer" data-testid="defer-offer">
      {left !== null && (
        <p data-testid="defers-in" data-ms={Math.max(0, Math.round(left))}>
          <strong>{t("kiosk.case.defers_in", { time: duration(left) })}</strong>
        </p>
      )}
      <Button icon={icon.note} disabled={busy} data-testid="defer" onClick={() => void press()}>
        {t("kiosk.case.defer")}
      </Button>
      <p class="soft">{t("kiosk.case.means", { time: within(request.urgency) })}</p>
    </section>
  );
}

interface FileProps {
  kind: FormKind;
  /** True if the form may go; it shows what is to be checked otherwise. */
  mayGo: () => boolean;
}

/** "Envoyer sans appeler": asks how soon and for whom, and files the form as a case. */
function FileButton({ kind, mayGo }: FileProps) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    void learnDoctors();
    void refreshDuty();
  }, []);
  return (
    <>
      <Button icon={icon.note} class="file" data-testid="file" onClick={() => mayGo() && setOpen(true)}>
        {t("kiosk.case.file")}
      </Button>
      {open && <FileDialog kind={kind} onClose={() => setOpen(false)} />}
    </>
  );
}

function FileDialog({ kind, onClose }: { kind: FormKind; onClose: () => void }) {
  const [speciality, setSpeciality] = useState<Speciality>(form.value.speciality);
  const [party, setParty] = useState("");
  const [busy, setBusy] = useState(false);
  const { urgency } = form.value;
  const send = () => {
    setBusy(true);
    const to: Addressee = party ? { party } : { speciality };
    fileCase(kind, to).then(
      (id) => (screen.value = { at: "filed", id }),
      () => (toast(errorText("internal")), setBusy(false)),
    );
  };
  return (
    <Dialog
      title={t("kiosk.case.file_title")}
      onClose={onClose}
      data-testid="file-dialog"
      actions={
        <>
          <Button data-testid="file-back" onClick={onClose}>
            {t("kiosk.case.file_back")}
          </Button>
          <Button kind="go" icon={icon.send} disabled={busy} data-testid="file-send" onClick={send}>
            {t("kiosk.case.file_send")}
          </Button>
        </>
      }
    >
      <div class="short-choices">
        <Choice
          label={t("kiosk.case.file_urgency")}
          options={URGENCIES.map((value) => ({ value, label: `${t(`common.urgency.${value}`)} : ${within(value)}`, danger: value === "stat" }))}
          value={urgency}
          onValue={(chosen) => changeForm(kind, { urgency: chosen })}
          testid="file-urgency"
        />
        <Choice
          label={t("kiosk.case.file_to")}
          options={SPECIALITIES.map((value) => ({ value, label: t(`common.speciality.${value}`) }))}
          value={speciality}
          onValue={(chosen) => (setSpeciality(chosen), setParty(""))}
          testid="file-to"
        />
      </div>
      <Person speciality={speciality} party={party} onParty={setParty} />
      <p>{t(party ? "kiosk.case.file_person" : "kiosk.case.means", { time: within(urgency) })}</p>
      {urgency === "stat" && <Banner tone="warn" icon={icon.alert}>{t("kiosk.case.file_stat")}</Banner>}
    </Dialog>
  );
}

/** The choice of a person; nothing while the tablet knows no doctor of the speciality. */
function Person({ speciality, party, onParty }: { speciality: Speciality; party: string; onParty: (party: string) => void }) {
  const id = useId();
  const online = connection.state.value.at === "ready";
  const doctors = doctorsOf(known.value?.doctors ?? [], speciality);
  if (!doctors.length) return null;
  return (
    <div class="field">
      <label for={id}>{t("kiosk.case.file_doctor")}</label>
      <select id={id} value={party} data-testid="file-doctor" onChange={({ currentTarget }) => onParty(currentTarget.value)}>
        <option value="">{t("kiosk.case.file_anybody")}</option>
        {doctors.map((doctor) => (
          <option key={doctor.party} value={doctor.party}>
            {doctor.name}
            {online && doctor.connected && ` · ${t("kiosk.case.file_connected")}`}
          </option>
        ))}
      </select>
      {!online && known.value && <p class="soft">{t("kiosk.case.file_known", { time: moment(known.value.at) })}</p>}
    </div>
  );
}

interface UnderWayProps {
  id: ConsultationId;
  /** Called by both buttons before another screen comes. */
  onLeave?: () => void;
}

/** A case that was just begun: that it is safe, and what comes next. It shows nothing of the patient, and so needs no PIN. */
function UnderWay({ id, onLeave = () => {} }: UnderWayProps) {
  const row = cases.of(id);
  const unsent = client.post.filed.value.find(({ request }) => request.request === id);
  const leave = (at: "home" | "cases") => (onLeave(), (screen.value = { at }));
  return (
    <main class="ended underway" data-testid="underway" data-consultation={id}>
      <h1>{t("kiosk.case.begun")}</h1>
      <p>{t("kiosk.case.nobody_lost")}</p>
      {row ? <Progress row={row} /> : <Receipts reached={unsent ? reachedBy(unsent) : "sent"} />}
      {unsent && (
        <p class={unsent.refusal || !unsent.kept ? "bad" : "soft"} data-testid="unsent">
          {unsent.refusal ? errorText(unsent.refusal) : t(unsent.kept ? "kiosk.case.goes_alone" : "kiosk.wait.unkept")}
        </p>
      )}
      {!unsent?.refusal && <AddAttachment consultation={id} />}
      <TakeCharge consultation={id} />
      <p class="soft">{t("kiosk.case.danger")}</p>
      <footer class="foot">
        <Button icon={icon.note} data-testid="to-cases" onClick={() => leave("cases")}>
          {t("kiosk.case.title")}
        </Button>
        <Button kind="primary" icon={icon.home} data-testid="home" onClick={() => leave("home")}>
          {t("kiosk.home.back")}
        </Button>
      </footer>
    </main>
  );
}

const SPECIALITIES: Speciality[] = ["general", "paediatrics", "obstetrics", "surgery"];
const URGENCIES: Urgency[] = ["stat", "urgent", "routine"];
