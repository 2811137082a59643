/** The versions of a sentence: who recorded and who signed off, and the acts. A version is signed off only after it was listened to. */

import { useState } from "preact/hooks";
import type { SpokenAct, SpokenRecording } from "../../protocol/api.ts";
import { Button } from "../../ui/Button.tsx";
import { dateAndTime } from "../../ui/dates.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { bytes, errorTextOf, number, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { act, soundOf } from "./studio.ts";

export function Versions({ versions }: { versions: readonly SpokenRecording[] }) {
  if (versions.length === 0) return <p class="soft">{t("ops.studio.none")}</p>;
  return (
    <ol class="versions">
      {versions.map((one) => (
        <Version key={one.version} one={one} />
      ))}
    </ol>
  );
}

function Version({ one }: { one: SpokenRecording }) {
  const [heard, setHeard] = useState(false);
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const run = (what: "sign_off" | "withdraw") => {
    setFault(null);
    setAsking(false);
    act(one, what).catch((error: unknown) => setFault(errorTextOf(error)));
  };
  return (
    <li data-testid="version" data-version={one.version} data-state={one.state}>
      <p>
        <strong>{t("ops.studio.version", { n: one.version })}</strong> · {t(`ops.studio.version.${one.state}`)} ·{" "}
        {number(one.duration_ms / 1000, 1)} s · {bytes(one.bytes)}
      </p>
      <p class="soft">
        {one.stand_in ? t("common.spoken.stand_in") : t("ops.studio.recorded", told(one.recorded))}
        {one.signed_off?.by && <> · {t("ops.studio.signed", told(one.signed_off))}</>}
        {one.withdrawn && <> · {t("ops.studio.withdrawn", told(one.withdrawn))}</>}
      </p>
      <audio controls preload="none" src={soundOf(one)} data-testid="version-listen" onEnded={() => setHeard(true)} />
      {one.state === "draft" && one.own && <p class="soft">{t("error.own_recording")}</p>}
      {one.state === "draft" && !one.own && !heard && <p class="soft">{t("ops.studio.listen_first")}</p>}
      <div class="actions">
        {one.state === "draft" && !one.own && (
          <Button kind="go" icon={icon.check} disabled={!heard} data-testid="version-sign" onClick={() => run("sign_off")}>
            {t("ops.studio.sign")}
          </Button>
        )}
        {one.state !== "withdrawn" && (
          <Button icon={icon.close} data-testid="version-withdraw" onClick={() => setAsking(true)}>
            {t("ops.studio.withdraw")}
          </Button>
        )}
      </div>
      {fault && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {asking && <WithdrawDialog onClose={() => setAsking(false)} onYes={() => run("withdraw")} />}
    </li>
  );
}

function WithdrawDialog({ onClose, onYes }: { onClose: () => void; onYes: () => void }) {
  return (
    <Dialog
      title={t("ops.studio.withdraw_sure")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button kind="primary" data-testid="version-withdraw-yes" onClick={onYes}>
            {t("ops.studio.withdraw")}
          </Button>
        </>
      }
    >
      <p>{t("ops.studio.withdraw_more")}</p>
    </Dialog>
  );
}

const told = ({ by, at }: SpokenAct) => ({ name: by || t("common.unknown"), time: dateAndTime(at) });
