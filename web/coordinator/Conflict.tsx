/** "Quelqu'un d'autre a changé ce créneau": both versions side by side, who made the other one, and the choice between them. */

import { useEffect, useState } from "preact/hooks";
import { get } from "../client/signalling/session.ts";
import type { RotaLog, RotaLogLine, RotaView } from "../protocol/rota.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { moment } from "../ui/dates.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { nameOf, stretchText } from "../ui/rota/words.ts";
import type { Standing } from "./conflict.ts";
import { exceptionText, slotText } from "./words.ts";

type ConflictProps = {
  rota: RotaView;
  /** The version of the rota that the dialog was opened on. */
  since: number;
  theirs: Standing;
  mine: string;
  onTheirs: () => void;
  onMine: () => void;
};

export function Conflict({ rota, since, theirs, mine, onTheirs, onMine }: ConflictProps) {
  const [author, setAuthor] = useState<RotaLogLine | null>(null);
  useEffect(() => {
    get<RotaLog>("/api/rota/log").then(
      ({ changes }) => setAuthor(changes.find(({ version }) => version > since) ?? null),
      // The name of the other is a help, and both versions are shown without it.
      () => undefined,
    );
  }, [rota.version]);
  return (
    <Banner tone="bad" icon={icon.alert} data-testid="slot-conflict">
      <strong>{t("rota.conflict")}</strong>
      <dl class="versions">
        <dt>{author ? t("rota.conflict.by", { name: author.by, time: moment(author.at) }) : t("rota.conflict.now")}</dt>
        <dd data-testid="theirs">
          {linesOf(rota, theirs).map((line) => (
            <p key={line}>{line}</p>
          ))}
          {author?.reason && <p class="soft">{t("rota.log.reason", { reason: author.reason })}</p>}
        </dd>
        <dt>{t("rota.conflict.mine")}</dt>
        <dd data-testid="mine">{mine}</dd>
      </dl>
      <div class="actions">
        <Button data-testid="keep-theirs" onClick={onTheirs}>
          {t("rota.conflict.keep")}
        </Button>
        <Button data-testid="save-mine" onClick={onMine}>
          {t("rota.conflict.replace")}
        </Button>
      </div>
    </Banner>
  );
}

function linesOf(rota: RotaView, { slot, exception, duties }: Standing): string[] {
  if (slot) return [slotText(rota, slot)];
  if (exception) return [exceptionText(rota, exception)];
  if (duties.length) return duties.map((duty) => `${nameOf(rota, duty.doctor)} – ${stretchText(duty)}`);
  return [t("rota.conflict.gone")];
}
