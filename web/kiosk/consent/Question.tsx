/** Asks if the record may be shared: the question aloud in the patient's language, and one big yes and no. */

import { useEffect, useState } from "preact/hooks";
import type { ConsentGiver, Language } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import type { Answer } from "../form.ts";
import { stop } from "../spoken/player.ts";
import { LANGUAGES, Line } from "../spoken/SentenceList.tsx";
import { sentences } from "../spoken/sentences.ts";
import { answered } from "./answers.ts";

interface QuestionProps {
  answer: Answer | null;
  /** The patient's language as the form says it; null if it does not. */
  language: Language | null;
  onAnswer: (answer: Answer) => void;
}

export function Question({ answer, language, onAnswer }: QuestionProps) {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Language | null>(null);
  const [giver, setGiver] = useState<ConsentGiver>(answer?.giver ?? "patient");
  const asked = chosen ?? answer?.language ?? language ?? "fr";
  // What is changed after the answer is changed in it.
  const change = (part: Partial<Pick<Answer, "language" | "giver">>) => answer && onAnswer({ ...answer, ...part });
  const say = (given: boolean) => onAnswer(answered({ given, language: asked, giver }));
  return (
    <section class="consent" data-testid="consent" data-given={answer ? answer.given : ""}>
      <h2>{t("common.consent.ask")}</h2>
      <div class="answers">
        <Yes pressed={answer?.given === true} onClick={() => say(true)} />
        <No pressed={answer?.given === false} onClick={() => say(false)} />
        <Button icon={icon.speaker} aria-expanded={open} data-testid="consent-read" onClick={() => setOpen(!open)}>
          {t("common.consent.read", { language: t(`common.lang.${asked}`) })}
        </Button>
      </div>
      {open && (
        <div class="spoken">
          <Choice
            label={t("common.spoken.language")}
            options={LANGUAGES.map((value) => ({ value, label: t(`common.lang.${value}`) }))}
            value={asked}
            onValue={(language) => (stop(), setChosen(language), change({ language }))}
            testid="consent-language"
          />
          <Aloud language={asked} />
          <Choice
            label={t("common.consent.giver")}
            options={GIVERS.map((value) => ({ value, label: t(`common.consent.giver.${value}`) }))}
            value={giver}
            onValue={(giver) => (setGiver(giver), change({ giver }))}
            testid="consent-giver"
          />
        </div>
      )}
      <p class="soft">{t("common.consent.free")}</p>
    </section>
  );
}

interface PressProps {
  pressed: boolean;
  onClick: () => void;
}

function Yes({ pressed, onClick }: PressProps) {
  return (
    <Button kind={pressed ? "go" : "plain"} aria-pressed={pressed} icon={icon.check} data-testid="consent-yes" onClick={onClick}>
      {t("common.consent.yes")}
    </Button>
  );
}

function No({ pressed, onClick }: PressProps) {
  return (
    <Button class={pressed ? "pressed" : ""} aria-pressed={pressed} icon={icon.close} data-testid="consent-no" onClick={onClick}>
      {t("common.consent.no")}
    </Button>
  );
}

/** The sentence, with a way to hear it. */
function Aloud({ language }: { language: Language }) {
  useEffect(() => {
    void sentences.load();
    return stop;
  }, []);
  return (
    <ul>
      <Line sentence="share" language={language} inCall={false} />
    </ul>
  );
}

const GIVERS: ConsentGiver[] = ["patient", "guardian"];
