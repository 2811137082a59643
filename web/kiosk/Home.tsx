/**
 * The first screen: three large buttons with the number of available doctors, the state of the link and the last
 * advice.
 */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Disk } from "../client/platform/disk.ts";
import type { Advice, Speciality } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { LINK_TONE } from "../ui/link-quality.ts";
import { linkWord } from "./Bar.tsx";
import { StorageNote } from "../ui/StorageNote.tsx";
import { Languages } from "../ui/Languages.tsx";
import { checked, connection, roster, screen } from "./shell.ts";
import { AdviceSheet } from "./AdviceSheet.tsx";

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
      <LinkSentence />
      <LastAdvice />
      <nav class="actions">
        <Button icon={icon.tools} data-testid="check" onClick={() => (screen.value = { at: "check" })}>
          {t(checked.value ? "kiosk.check.title" : "kiosk.check.first")}
        </Button>
        <Button icon={icon.clock} data-testid="history" onClick={() => (screen.value = { at: "history" })}>
          {t("kiosk.history.title")}
        </Button>
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

function LastAdvice() {
  const [last, setLast] = useState<Advice | null>(null);
  useEffect(() => void newestAdvice().then(setLast), []);
  if (!last) return null;
  return (
    <section class="last-advice">
      <h2>{t("kiosk.home.last_advice")}</h2>
      <AdviceSheet advice={[last]} brief />
    </section>
  );
}

/** Reads the newest advice from the tablet's disk, because the client may not be loaded yet. */
async function newestAdvice(): Promise<Advice | null> {
  const kept = await new Disk("kiosk").all<Advice>("advice").catch(() => []);
  return kept.sort((a, b) => b.at - a.at)[0] ?? null;
}
