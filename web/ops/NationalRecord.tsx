/** The exchange with the national record: when it last succeeded and failed, what is owed, and what waits for a person. */

import { useEffect, useState } from "preact/hooks";
import { get, post } from "../client/signalling/session.ts";
import type { DppState, RefusedPublication } from "../protocol/api.ts";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { errorTextOf, number, t } from "../ui/i18n.ts";
import { stateText, troubleText } from "../ui/published/words.ts";
import { account } from "./ops.ts";

export function NationalRecord() {
  const [state, setState] = useState<DppState | null>(null);
  const read = () => void get<DppState>("/api/dpp").then(setState, (error: unknown) => account.note(error));
  useEffect(() => {
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (!state) return null;
  return (
    <section class="alerts panel" data-testid="dpp-state" data-on={state.on}>
      <h2>{t("ops.dpp.title")}</h2>
      {state.on ? <Exchange state={state} /> : <p class="soft">{t("ops.dpp.off")}</p>}
      {state.on && state.refused_count > 0 && <Refused state={state} onDecided={read} />}
    </section>
  );
}

function Exchange({ state: { success_at, failure, owed, owed_since } }: { state: DppState }) {
  return (
    <>
      <p data-testid="dpp-success">
        {success_at ? t("ops.dpp.success", { time: dateAndTime(success_at) }) : t("ops.dpp.no_success")}
      </p>
      {failure && (
        <p data-testid="dpp-failure" class={failure.at > (success_at ?? 0) ? "warn" : "soft"}>
          {t("ops.dpp.failure", { time: dateAndTime(failure.at), why: t(`ops.dpp.why.${failure.why}`) })}
        </p>
      )}
      <p data-testid="dpp-owed" data-owed={owed}>
        {t("ops.dpp.owed", { n: number(owed) })}
        {owed_since && <span class="soft"> {t("ops.dpp.owed_since", { time: dateAndTime(owed_since) })}</span>}
      </p>
    </>
  );
}

function Refused({ state, onDecided }: { state: DppState; onDecided: () => void }) {
  return (
    <>
      <h3 class="warn">{t("ops.dpp.refused", { n: number(state.refused_count) })}</h3>
      <ul>
        {state.refused.map((one) => (
          <RefusedRow key={one.publication.key} refused={one} onDecided={onDecided} />
        ))}
      </ul>
    </>
  );
}

function RefusedRow({ refused: { publication, place, consultation }, onDecided }: { refused: RefusedPublication; onDecided: () => void }) {
  const [isSure, setSure] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const decide = (decision: "retry" | "abandon") =>
    void post(`/api/dpp/publications/${publication.key}`, { decision }).then(onDecided, (error: unknown) => setFault(errorTextOf(error)));
  return (
    <li data-testid="dpp-refused" data-trouble={publication.trouble}>
      <div>
        <strong>{troubleText(publication)}</strong>
        <p class="soft">
          {stateText(publication)} · {place && <bdi>{place}</bdi>} <code>{consultation}</code>
        </p>
        {fault && <p class="fault warn" role="alert">{fault}</p>}
        {isSure && <p role="status">{t("ops.dpp.sure")}</p>}
        <div class="actions">
          <Button data-testid="dpp-retry" onClick={() => decide("retry")}>
            {t("ops.dpp.retry")}
          </Button>
          <Button kind={isSure ? "danger" : "bare"} data-testid="dpp-abandon" onClick={() => (isSure ? decide("abandon") : setSure(true))}>
            {t("ops.dpp.abandon")}
          </Button>
        </div>
      </div>
    </li>
  );
}

const EVERY_MS = 15_000;
