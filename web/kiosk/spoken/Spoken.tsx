/** Buttons that lead to the sentences for the patient: a dialog in a form and in the wait, and a panel beside a call, which covers no control. */

import { effect, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Language } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { isOpen as chatIsOpen, openChat } from "../../ui/chat/state.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?spoken";
import { SentenceList } from "./SentenceList.tsx";
import styles from "./spoken.css?later";

learn(french);

/** The parts, once their styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return { SpeakButton, SpeakInCallButton, SpokenPanel };
}

interface SpeakProps {
  /** The patient's language as the form says it; null if it does not. */
  language: Language | null;
}

function SpeakButton({ language }: SpeakProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={icon.speaker} data-testid="spoken" onClick={() => setOpen(true)}>
        {t("common.spoken.button")}
      </Button>
      {open && (
        <Dialog
          title={t("common.spoken.title")}
          onClose={() => setOpen(false)}
          data-testid="spoken-panel"
          actions={
            <Button data-testid="spoken-close" onClick={() => setOpen(false)}>
              {t("common.close")}
            </Button>
          }
        >
          <SentenceList language={language} />
        </Dialog>
      )}
    </>
  );
}

/** True while the panel of a call is open. It and the chat have one place, so one closes the other. */
const panelIsOpen = signal(false);
effect(() => void (chatIsOpen.value && (panelIsOpen.value = false)));
effect(() => void document.documentElement.classList.toggle("speaking", panelIsOpen.value));

function openPanel(open: boolean): void {
  if (open) openChat(false);
  panelIsOpen.value = open;
}

function SpeakInCallButton() {
  const open = panelIsOpen.value;
  return (
    <Button
      icon={icon.speaker}
      class={open ? "pressed" : ""}
      aria-expanded={open}
      title={t("common.spoken.button")}
      data-testid="spoken"
      onClick={() => openPanel(!open)}
    >
      {t("common.spoken.short")}
    </Button>
  );
}

function SpokenPanel({ language }: SpeakProps) {
  useEffect(() => () => openPanel(false), []);
  if (!panelIsOpen.value) return null;
  return (
    <section
      class="spoken-panel"
      data-testid="spoken-panel"
      aria-label={t("common.spoken.title")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        openPanel(false);
      }}
    >
      <header>
        <h2>{t("common.spoken.title")}</h2>
        <Button
          kind="bare"
          icon={icon.close}
          aria-label={t("common.spoken.close")}
          data-testid="spoken-close"
          onClick={() => openPanel(false)}
        />
      </header>
      <SentenceList language={language} inCall />
    </section>
  );
}
