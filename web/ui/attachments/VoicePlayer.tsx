/** Plays a voice note of the server, with a bar that tells and changes the place. It is fetched when somebody wants to hear it. */

import { useEffect, useState } from "preact/hooks";
import type { Client } from "../../client/index.ts";
import { Banner } from "../Banner.tsx";
import { Button } from "../Button.tsx";
import { t } from "../i18n.ts";
import * as icon from "../icons.ts";
import { useFetched, type Wanted } from "./fetched.ts";
import { Player } from "./Player.tsx";

interface VoicePlayerProps {
  client: Client;
  path: string;
  file: Wanted;
  duration_ms: number;
  /** True if the server heard nothing in it. */
  silent: boolean;
}

export function VoicePlayer({ client, path, file, duration_ms, silent }: VoicePlayerProps) {
  const [wanted, setWanted] = useState(false);
  const { bytes, share, fault, again } = useFetched(client, path, wanted ? file : null);
  const [asked, setAsked] = useState(false);
  useEffect(() => setAsked(wanted), [wanted]);
  return (
    <div class="voice" data-testid="voice-note" data-silent={silent}>
      {silent && <p class="bad">{t("common.attach.silent")}</p>}
      {fault && (
        <Banner tone="warn">
          {fault} <Button onClick={again}>{t("common.retry")}</Button>
        </Banner>
      )}
      {bytes ? (
        <Player bytes={bytes} duration_ms={duration_ms} autoplay={asked} />
      ) : (
        <Button icon={icon.speaker} disabled={wanted && !fault} data-testid="voice-load" onClick={() => setWanted(true)}>
          {wanted && !fault
            ? t("common.attach.loading", { n: Math.round(share * 100) })
            : t("common.attach.listen", { s: Math.round(duration_ms / 1000) })}
        </Button>
      )}
    </div>
  );
}
