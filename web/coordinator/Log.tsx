/** "Historique": who changed what in the rota, when and why, the newest first. It is read again whenever the rota has changed. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/signalling/session.ts";
import type { RotaLog, RotaLogLine, RotaView } from "../protocol/rota.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { dateAndTime } from "../ui/dates.ts";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { changeTexts } from "./words.ts";

export function Log({ rota }: { rota: RotaView }) {
  const [log, setLog] = useState<RotaLog | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function read(before?: number) {
    setBusy(true);
    setFault(null);
    try {
      const part = await get<RotaLog>(`/api/rota/log${before === undefined ? "" : `?before=${before}`}`);
      const known = before === undefined ? [] : (log?.changes ?? []);
      setLog({ changes: [...known, ...part.changes], more: part.more });
    } catch (error) {
      setFault(errorTextOf(error));
    }
    setBusy(false);
  }
  useEffect(() => void read(), [rota.version]);
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">{t("rota.tab.log")}</h2>
      <p class="soft">{t("rota.log.what")}</p>
      {fault && (
        <Banner tone="warn" icon={icon.linkOff} data-testid="log-fault" actions={<Button onClick={() => void read()}>{t("common.retry")}</Button>}>
          {fault}
        </Banner>
      )}
      {!log && !fault && <p role="status">{t("common.loading")}</p>}
      {log?.changes.length === 0 && <p class="soft">{t("rota.log.none")}</p>}
      <ol class="rows" data-testid="log">
        {log?.changes.map((line) => (
          <Line key={line.version} rota={rota} line={line} />
        ))}
      </ol>
      {log?.more && (
        <Button disabled={busy} data-testid="log-more" onClick={() => void read(log.changes.at(-1)?.version)}>
          {busy ? t("common.loading") : t("rota.log.more")}
        </Button>
      )}
    </section>
  );
}

function Line({ rota, line }: { rota: RotaView; line: RotaLogLine }) {
  const texts = changeTexts(rota, line);
  return (
    <li class="row" data-testid="log-line" data-version={line.version}>
      <div class="change">
        <p>
          <strong>{line.by}</strong> <time class="soft">{dateAndTime(line.at)}</time>
        </p>
        {texts.slice(0, SHOWN).map(({ what, before, after }, index) => (
          <p key={index}>
            <span>{what}</span>
            {before && <del>{before}</del>}
            {after && <ins>{after}</ins>}
          </p>
        ))}
        {texts.length > SHOWN && <p class="soft">{t("rota.log.others", { n: texts.length - SHOWN })}</p>}
        {line.reason && <p data-testid="log-reason">{t("rota.log.reason", { reason: line.reason })}</p>}
      </div>
    </li>
  );
}

/** The entries of one change that are shown; a calendar file may hold hundreds. */
const SHOWN = 6;
