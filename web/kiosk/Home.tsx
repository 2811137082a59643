//! The first screen: three big buttons, and the truth about who is there.

import { useEffect, useState } from "preact/hooks";
import type { Advice, Speciality } from "../protocol/messages.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { LINK_TONE } from "../ui/link.ts";
import { linkWord } from "./Bar.tsx";
import { checked, client, screen } from "./kiosk.ts";
import { Languages } from "../ui/Languages.tsx";
import { open } from "./draft.ts";
import { Sheet } from "./Sheet.tsx";

export function Home() {
  return (
    <main class="home">
      <Left />
      <h1 class="unseen">{t("kiosk.home.title")}</h1>
      <div class="doors">
        <Door
          icon={icon.mother}
          title={t("kiosk.home.obstetric")}
          speciality="obstetrics"
          testid="urgent-obstetrics"
          class="first"
          onClick={() => open("obstetric", "obstetrics")}
        />
        <Door
          icon={icon.child}
          title={t("kiosk.home.child")}
          speciality="paediatrics"
          testid="urgent-child"
          onClick={() => open("child", "paediatrics")}
        />
        <Door
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

/** "Autre avis médical": whom? */
export function Specialities() {
  return (
    <main class="home">
      <Button kind="bare" icon={icon.back} data-testid="back" onClick={() => (screen.value = { at: "home" })}>
        {t("common.back")}
      </Button>
      <h1>{t("kiosk.home.whom")}</h1>
      <div class="doors four">
        {client.post.roster.value.length === 0 && <p>{t("common.loading")}</p>}
        {SPECIALITIES.map((speciality) => (
          <Door
            key={speciality}
            icon={ICONS[speciality]}
            title={t(`common.speciality.${speciality}`)}
            speciality={speciality}
            testid={`speciality-${speciality}`}
            onClick={() => open("other", speciality)}
          />
        ))}
      </div>
    </main>
  );
}

const SPECIALITIES: Speciality[] = ["general", "paediatrics", "obstetrics", "surgery"];
const ICONS: Record<Speciality, string> = {
  general: icon.doctor,
  paediatrics: icon.child,
  obstetrics: icon.mother,
  surgery: icon.tools,
};

interface DoorProps {
  icon: string;
  title: string;
  speciality?: Speciality;
  testid: string;
  class?: string;
  onClick: () => void;
}

function Door({ icon: drawing, title, speciality, testid, class: more = "", onClick }: DoorProps) {
  return (
    <button type="button" class={`door ${more}`} data-testid={testid} onClick={onClick}>
      <Icon of={drawing} />
      <strong>{title}</strong>
      <Presence {...(speciality && { speciality })} />
    </button>
  );
}

/** How many could answer; counts only, no agenda. */
function Presence({ speciality }: { speciality?: Speciality }) {
  if (client.connection.state.value.at !== "ready") return <span />;
  const lines = client.post.roster.value.filter((line) => !speciality || line.speciality === speciality);
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

function Left() {
  const { left, rejoin } = {
    left: client.consultation.left.value,
    rejoin: () => client.consultation.rejoin(),
  };
  if (!left) return null;
  return (
    <Banner
      tone="warn"
      icon={icon.phone}
      actions={
        <Button kind="go" icon={icon.phone} data-testid="rejoin" onClick={rejoin}>
          {t("kiosk.talk.rejoin")}
        </Button>
      }
    >
      {t("kiosk.talk.still_on")}
    </Banner>
  );
}

function LastAdvice() {
  const [last, setLast] = useState<Advice[]>([]);
  useEffect(() => void client.consultation.keptAdvice().then(setLast), [client.consultation.ended.value]);
  const newest = last[0];
  if (!newest) return null;
  return (
    <section class="last-advice">
      <h2>{t("kiosk.home.last_advice")}</h2>
      <Sheet advice={[newest]} brief />
    </section>
  );
}
