/** The question of a departure: how the patient travels, and how long the road takes. */

import { useState } from "preact/hooks";
import type { Referral, Transport } from "../../../protocol/messages.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { Field } from "../../../ui/Field.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { tellOf } from "../acts.ts";
import { PICTURES, TRANSPORTS } from "../pictures.ts";
import { wayTo } from "../way.ts";
import { departure, transportText } from "../words.ts";

interface DepartureProps {
  of: Referral;
  /** True if the patient may have left a while ago. */
  wasEarlier?: boolean;
  onClose: () => void;
}

export function Departure({ of, wasEarlier, onClose }: DepartureProps) {
  const [transport, setTransport] = useState<Transport | null>(() => formerOf(of));
  const [eta, setEta] = useState<number | null>(null);
  const [ago, setAgo] = useState(0);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const way = wayTo(of.structure.id);
  const tell = async () => {
    if (!transport) return;
    setBusy(true);
    if (await tellOf(of, departure({ transport, eta, ago, text }))) onClose();
    setBusy(false);
  };
  return (
    <Dialog
      title={t("kiosk.evac.depart_title", { name: of.structure.name })}
      onClose={onClose}
      data-testid="ev-depart-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button kind="go" icon={icon.check} disabled={!transport || busy} data-testid="ev-depart-go" onClick={() => void tell()}>
            {t("kiosk.evac.depart_go")}
          </Button>
        </>
      }
    >
      {(of.state === "requested" || of.state === "received") && <p>{t("kiosk.evac.depart_early")}</p>}
      {wasEarlier && <When ago={ago} onAgo={setAgo} />}
      <h3>{t("kiosk.evac.how")}</h3>
      <div class="ev-transports" role="group">
        {TRANSPORTS.map((one) => (
          <Button
            key={one}
            class={one === transport ? "pressed" : ""}
            icon={PICTURES[one]}
            aria-pressed={one === transport}
            data-testid="ev-transport"
            {...{ "data-transport": one }}
            onClick={() => setTransport(one)}
          >
            {transportText(one)}
          </Button>
        ))}
      </div>
      <h3>{t("kiosk.evac.eta")}</h3>
      {way && <p class="soft">{t("kiosk.evac.way", { way })}</p>}
      <div class="ev-etas" role="group">
        {ETAS_MIN.map((min) => (
          <Button
            key={min}
            class={min === eta ? "pressed" : ""}
            aria-pressed={min === eta}
            data-testid="ev-eta"
            {...{ "data-eta": min }}
            onClick={() => setEta(min === eta ? null : min)}
          >
            {etaText(min)}
          </Button>
        ))}
      </div>
      <Field label={t("kiosk.evac.remark")} value={text} onValue={setText} maxLength={500} rows={1} data-testid="ev-remark" />
    </Dialog>
  );
}

/** When the patient left. */
function When({ ago, onAgo }: { ago: number; onAgo: (min: number) => void }) {
  return (
    <>
      <h3>{t("kiosk.evac.when")}</h3>
      <div class="ev-etas" role="group">
        {AGOS_MIN.map((min) => (
          <Button
            key={min}
            class={min === ago ? "pressed" : ""}
            aria-pressed={min === ago}
            data-testid="ev-ago"
            {...{ "data-ago": min }}
            onClick={() => onAgo(min)}
          >
            {min === 0 ? t("kiosk.evac.now") : t("kiosk.evac.ago", { time: etaText(min) })}
          </Button>
        ))}
      </div>
    </>
  );
}

/** How the patient travels already, if they are on the way to another structure. */
function formerOf({ steps = [] }: Referral): Transport | null {
  const event = steps.findLast((step) => step.event.event === "departed")?.event;
  return event?.event === "departed" ? event.transport : null;
}

const etaText = (min: number): string =>
  min < 60 ? t("kiosk.evac.min", { n: min }) : t(min % 60 ? "kiosk.evac.hours_half" : "kiosk.evac.hours", { n: Math.floor(min / 60) });

/** The times since the departure that can be chosen, in minutes. */
const AGOS_MIN = [0, 15, 30, 60, 120];
/** The times on the road that can be chosen, in minutes. */
const ETAS_MIN = [15, 30, 45, 60, 90, 120, 180, 240];
