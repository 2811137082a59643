/** The sentences in the patient's language. One that nobody has recorded is shown as missing, with the French one beside it. */

import { useEffect, useState } from "preact/hooks";
import { remember, remembered } from "../../client/platform/storage.ts";
import type { Sentence, SpokenOffer } from "../../protocol/api.ts";
import type { Language } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import { connection } from "../shell.ts";
import { fault, play, playing, stop } from "./player.ts";
import { sentences } from "./sentences.ts";

interface ListProps {
  language: Language | null;
  /** True beside a voice, where nothing is fetched. */
  inCall?: boolean;
}

export function SentenceList({ language, inCall = false }: ListProps) {
  const [chosen, setChosen] = useState(language ?? remembered("spoken-language", isLanguage) ?? "fr");
  useEffect(() => {
    void sentences.load();
    return stop;
  }, []);
  const choose = (next: Language) => {
    stop();
    remember("spoken-language", next);
    setChosen(next);
  };
  return (
    <div class="spoken" data-language={chosen}>
      <Choice
        label={t("common.spoken.language")}
        options={LANGUAGES.map((value) => ({ value, label: t(`common.lang.${value}`) }))}
        value={chosen}
        onValue={choose}
        testid="spoken-language"
      />
      {inCall && <p class="soft">{t("common.spoken.in_call")}</p>}
      {fault.value && (
        <Banner tone="warn" icon={icon.alert} data-testid="spoken-fault">
          {t(`common.spoken.${fault.value}`)}
        </Banner>
      )}
      {sentences.offers.value.length === 0 ? (
        <Banner tone="info" icon={icon.linkOff} data-testid="spoken-none">
          {t("common.spoken.none")}
        </Banner>
      ) : (
        <ul>
          {SENTENCES.map((sentence) => (
            <Line key={sentence} sentence={sentence} language={chosen} inCall={inCall} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** One sentence: what it is for, its words in French, and a way to hear it. */
export function Line({ sentence, language, inCall }: { sentence: Sentence; language: Language; inCall: boolean }) {
  const own = offerOf(sentence, language);
  const stand = own ?? offerOf(sentence, "fr");
  return (
    <li data-testid="spoken-line" data-sentence={sentence} data-state={own ? "recorded" : "missing"}>
      <strong>{t(`common.spoken.why.${sentence}`)}</strong>
      <p lang="fr">« {t(`common.spoken.say.${sentence}`)} »</p>
      {!own && (
        <p class="warn" data-testid="spoken-missing">
          <Icon of={icon.alert} /> {t("common.spoken.missing", { language: t(`common.lang.${language}`) })}
        </p>
      )}
      {stand && <Hear offer={stand} inFrench={!own} inCall={inCall} />}
    </li>
  );
}

/** The button that plays a sound, or what keeps it from playing. */
function Hear({ offer, inFrench, inCall }: { offer: SpokenOffer; inFrench: boolean; inCall: boolean }) {
  const isPlaying = playing.value === offer;
  if (!sentences.has(offer)) return <Absent offer={offer} inCall={inCall} />;
  return (
    <div class="hear">
      <Button
        kind={inFrench ? "plain" : "primary"}
        class={isPlaying ? "pressed" : ""}
        icon={isPlaying ? icon.close : icon.speaker}
        data-testid="spoken-play"
        data-state={isPlaying ? "playing" : "ready"}
        onClick={() => (isPlaying ? stop() : void play(offer))}
      >
        {t(isPlaying ? "common.spoken.stop" : inFrench ? "common.spoken.french" : "common.spoken.play")}
      </Button>
      {offer.stand_in && (
        <small class="soft" data-testid="spoken-stand-in">
          {t("common.spoken.stand_in")}
        </small>
      )}
    </div>
  );
}

/** A sound that is not on the tablet yet. Beside a voice nothing is fetched. */
function Absent({ offer, inCall }: { offer: SpokenOffer; inCall: boolean }) {
  const [state, setState] = useState<"wanted" | "fetching" | "failed">("wanted");
  const fetchIt = () => {
    setState("fetching");
    sentences.fetchNow(offer).catch(() => setState("failed"));
  };
  return (
    <div class="hear" data-testid="spoken-absent">
      <small class="soft">{t("common.spoken.elsewhere")}</small>
      {!inCall && connection.state.value.at === "ready" && (
        <Button icon={icon.data} disabled={state === "fetching"} data-testid="spoken-fetch" onClick={fetchIt}>
          {t(state === "fetching" ? "common.spoken.fetching" : "common.spoken.fetch")}
        </Button>
      )}
      {state === "failed" && <small class="warn">{t("error.offline")}</small>}
    </div>
  );
}

const offerOf = (sentence: Sentence, language: Language): SpokenOffer | undefined =>
  sentences.offers.value.find((offer) => offer.sentence === sentence && offer.language === language);

const isLanguage = (value: unknown): value is Language => (LANGUAGES as unknown[]).includes(value);

/** The languages in which a patient is asked. */
export const LANGUAGES: Language[] = ["fr", "wo", "ff", "snk", "mnk"];
/** The order on the screen: what comes first in a consultation stands first. */
const SENTENCES: Sentence[] = ["consent", "share", "photo", "wait", "fear", "look", "hurt", "breathe", "still", "drink", "ambulance"];
