/** The studio: the sentences for patients in five languages. An operator records one, and a second account listens and signs it off. */

import { useEffect, useState } from "preact/hooks";
import type { Sentence } from "../../protocol/api.ts";
import type { Language } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { errorTextOf, learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?spoken";
import { devices, RecordBooth } from "./RecordBooth.tsx";
import { listFault, recordings, refresh, type Slot, stateOf, versionsOf } from "./studio.ts";
import styles from "./studio.css?later";
import { Versions } from "./Versions.tsx";

learn(french);

/** The studio, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return Studio;
}

function Studio({ onBack }: { onBack: () => void }) {
  const [language, setLanguage] = useState<Language>("fr");
  const [open, setOpen] = useState<Sentence | null>(null);
  useEffect(() => {
    void refresh();
    return () => devices.close();
  }, []);
  const all = recordings.value;
  const ready = (one: Language) =>
    SENTENCES.filter((sentence) => stateOf(versionsOf(all ?? [], { sentence, language: one })) === "signed_off").length;
  return (
    <main class="studio" data-testid="studio">
      <header>
        <Button kind="bare" icon={icon.back} data-testid="studio-back" onClick={onBack}>
          {t("common.back")}
        </Button>
        <h2>{t("ops.studio.title")}</h2>
      </header>
      <p class="soft">{t("ops.studio.how")}</p>
      {listFault.value !== null && (
        <Banner
          tone="warn"
          icon={icon.alert}
          data-testid="studio-fault"
          actions={<Button onClick={() => void refresh()}>{t("common.retry")}</Button>}
        >
          {errorTextOf(listFault.value)}
        </Banner>
      )}
      <Choice
        label={t("common.spoken.language")}
        options={LANGUAGES.map((value) => ({
          value,
          label: t("ops.studio.count", { language: t(`common.lang.${value}`), n: ready(value), all: SENTENCES.length }),
        }))}
        value={language}
        onValue={(next) => (setLanguage(next), setOpen(null))}
        testid="studio-language"
      />
      {!all && listFault.value === null && <p role="status">{t("common.loading")}</p>}
      {all && (
        <ul class="slots">
          {SENTENCES.map((sentence) => (
            <SlotLine
              key={`${language} ${sentence}`}
              slot={{ sentence, language }}
              open={open === sentence}
              onToggle={() => setOpen(open === sentence ? null : sentence)}
            />
          ))}
        </ul>
      )}
    </main>
  );
}

function SlotLine({ slot, open, onToggle }: { slot: Slot; open: boolean; onToggle: () => void }) {
  const versions = versionsOf(recordings.value ?? [], slot);
  const state = stateOf(versions);
  return (
    <li class="panel" data-testid="slot" data-sentence={slot.sentence} data-state={state}>
      <button type="button" class="slot" aria-expanded={open} data-testid="slot-open" onClick={onToggle}>
        <strong>{t(`common.spoken.why.${slot.sentence}`)}</strong>
        <span class={`mark ${state}`}>{t(`ops.studio.state.${state}`)}</span>
        <span class="words" lang="fr">« {t(`common.spoken.say.${slot.sentence}`)} »</span>
      </button>
      {open && (
        <>
          <RecordBooth slot={slot} />
          <Versions versions={versions} />
        </>
      )}
    </li>
  );
}

const LANGUAGES: Language[] = ["fr", "wo", "ff", "snk", "mnk"];
const SENTENCES: Sentence[] = ["consent", "share", "photo", "wait", "fear", "look", "hurt", "breathe", "still", "drink", "ambulance"];
