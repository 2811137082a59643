/**
 * The first screen: three large buttons with the number of available doctors, the state of the link, and what to do
 * while there is none. It shows nothing about a patient.
 */

import type { ComponentChildren } from "preact";
import type { Speciality } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { date } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { LINK_TONE } from "../ui/link-quality.ts";
import { linkWord } from "./Bar.tsx";
import { StorageNote } from "../ui/StorageNote.tsx";
import { Languages } from "../ui/Languages.tsx";
import { lazy } from "../ui/lazy.tsx";
import { AppointmentDoor } from "./appointments/later.ts";
import { appointments, cases, checked, connection, fallback, roster, screen, stockDoor, unsent } from "./shell.ts";
import { NearestButton } from "./nearest/later.ts";
import { Telephone } from "./Telephone.tsx";

const CaseDoor = lazy(async () => (await import("./cases/CaseDoor.tsx")).CaseDoor);

/** The first screen; `children` stand above everything else. */
export function Home({ children }: { children?: ComponentChildren }) {
  return (
    <main class="home">
      {children}
      <StorageNote />
      <h1 class="unseen">{t("kiosk.home.title")}</h1>
      <div class="doors">
        <ChoiceButton
          icon={icon.mother}
          title={t("kiosk.home.obstetric")}
          speciality="obstetrics"
          testid="urgent-obstetrics"
          class="first"
          onClick={() => (screen.value = { at: "form", kind: "obstetric", speciality: "obstetrics" })}
        />
        <ChoiceButton
          icon={icon.child}
          title={t("kiosk.home.child")}
          speciality="paediatrics"
          testid="urgent-child"
          onClick={() => (screen.value = { at: "form", kind: "child", speciality: "paediatrics" })}
        />
        <ChoiceButton
          icon={icon.doctor}
          title={t("kiosk.home.other")}
          testid="consultation"
          onClick={() => (screen.value = { at: "speciality" })}
        />
      </div>
      {appointments.value.length > 0 && <AppointmentDoor />}
      {cases.rows.value.length + unsent.value > 0 && <CaseDoor />}
      <LinkSentence />
      <WithoutLink />
      <nav class="actions">
        <Button icon={icon.tools} data-testid="check" onClick={() => (screen.value = { at: "check" })}>
          {checked.value ? t("kiosk.check.passed", { date: date(checked.value.at) }) : t("kiosk.check.first")}
        </Button>
        <Button icon={icon.clock} data-testid="history" onClick={() => (screen.value = { at: "history" })}>
          {t("kiosk.history.title")}
        </Button>
        {stockDoor.value}
        {stockDoor.value && connection.state.value.at === "ready" && <NearestButton />}
        <Languages />
      </nav>
    </main>
  );
}

interface ChoiceButtonProps {
  icon: string;
  title: string;
  speciality?: Speciality;
  testid: string;
  class?: string;
  onClick: () => void;
}

export function ChoiceButton({ icon: drawing, title, speciality, testid, class: more = "", onClick }: ChoiceButtonProps) {
  return (
    <button type="button" class={`door ${more}`} data-testid={testid} onClick={onClick}>
      <Icon of={drawing} />
      <strong>{title}</strong>
      <Presence {...(speciality && { speciality })} />
    </button>
  );
}

/** The number of doctors who could answer. */
function Presence({ speciality }: { speciality?: Speciality }) {
  if (connection.state.value.at !== "ready") return <span />;
  const lines = roster.value.filter((line) => !speciality || line.speciality === speciality);
  const sum = (of: "available" | "busy") => lines.reduce((total, line) => total + line[of], 0);
  const [available, busy] = [sum("available"), sum("busy")];
  return (
    <span class="presence" data-testid="presence" data-available={available}>
      {available || !busy ? t("kiosk.home.online", { n: available }) : t("kiosk.home.busy", { n: busy })}
    </span>
  );
}

function LinkSentence() {
  const word = linkWord();
  return (
    <Banner
      tone={LINK_TONE[word]}
      icon={word === "lost" ? icon.linkOff : icon.link}
      data-testid="link-sentence"
    >
      {t(`kiosk.link.${word}`)}
    </Banner>
  );
}

/** Whom to call and what is on the tablet, for as long as the link is gone. No patient's text is shown: `PinGate` guards those. */
function WithoutLink() {
  const { value: centre } = fallback;
  if (linkWord() !== "lost") return null;
  return (
    <section class="last-advice" data-testid="without-link">
      <h2>{t("kiosk.home.now")}</h2>
      <p>{t("kiosk.home.meanwhile")}</p>
      {centre?.phone && (
        <p>
          {centre.name} <Telephone number={centre.phone} />
        </p>
      )}
      <NearestButton />
      <Button icon={icon.note} data-testid="read-advice" onClick={() => (screen.value = { at: "history" })}>
        {t("kiosk.home.last_advice")}
      </Button>
    </section>
  );
}
