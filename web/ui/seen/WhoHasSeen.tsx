/** Who has seen the record of a consultation. It is asked anew each time, because somebody may have opened it meanwhile. */

import { useState } from "preact/hooks";
import { get } from "../../client/signalling/session.ts";
import type { ReadersView } from "../../protocol/api.ts";
import { Button } from "../Button.tsx";
import { errorText, errorTextOf, learn, t } from "../i18n.ts";
import * as icon from "../icons.ts";
import { loadStylesheet } from "../stylesheet.ts";
import french from "../texts/fr.json?seen";
import { toast } from "../Toast.tsx";
import styles from "./seen.css?later";
import { sentenceOf } from "./words.ts";

learn(french);

interface WhoHasSeenProps {
  /** The consultation. */
  id: string;
  /** Prints the list, where the page has paper. */
  onPrint?: (view: ReadersView) => Promise<void>;
}

/** The component, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return WhoHasSeen;
}

function WhoHasSeen({ id, onPrint }: WhoHasSeenProps) {
  const [view, setView] = useState<ReadersView | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const toggle = () => {
    setOpen(!open);
    setFault(null);
    if (!open) get<ReadersView>(`/api/consultations/${id}/readers`).then(setView, (error: unknown) => setFault(errorTextOf(error)));
  };
  return (
    <section class="seen">
      <Button icon={icon.people} aria-expanded={open} data-testid="seen" onClick={toggle}>
        {t("common.seen.title")}
      </Button>
      {open && fault && <p class="fault warn" role="alert">{fault}</p>}
      {open && !view && !fault && <p role="status">{t("common.loading")}</p>}
      {open && view && <Readings view={view} {...(onPrint && { onPrint })} />}
    </section>
  );
}

function Readings({ view, onPrint }: { view: ReadersView } & Pick<WhoHasSeenProps, "onPrint">) {
  const print = (print: (view: ReadersView) => Promise<void>) => void print(view).catch(() => toast(errorText("offline")));
  return (
    <>
      <p class="soft">{t("common.seen.intro")}</p>
      {view.left_out > 0 && <p class="soft">{t("common.seen.left_out", { n: view.left_out })}</p>}
      <ol data-testid="seen-list">
        {view.readings.map((line, i) => (
          <li key={i} class={line.refused ? "warn" : ""} data-testid="seen-line" data-refused={line.refused} data-occasion={line.occasion}>
            <span dir="auto">{sentenceOf(line)}</span>
            {line.network && <small>{t(`common.seen.network.${line.network}`)}</small>}
          </li>
        ))}
      </ol>
      {onPrint && (
        <Button icon={icon.print} data-testid="seen-print" onClick={() => print(onPrint)}>
          {t("common.print")}
        </Button>
      )}
    </>
  );
}
