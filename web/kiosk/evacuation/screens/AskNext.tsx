/** Asks another structure: the next one of the doctor's list, or one of those near the post. */

import { useEffect, useState } from "preact/hooks";
import { nextOf } from "../../../client/workflow/referrals.ts";
import type { Place, Referral } from "../../../protocol/messages.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { nearest, refresh } from "../../nearest/list.ts";
import { place } from "../../shell.ts";
import { tellOf } from "../acts.ts";
import { choicesOf } from "../choices.ts";
import { wayOf } from "../way.ts";
import { needsText } from "../words.ts";

/** Buttons for asking another structure. `isNext` is true if one of them is the next step, false if another step is; without it, the choice is only a possibility. */
export function AskNext({ of, isNext }: { of: Referral; isNext?: boolean }) {
  const [choosing, setChoosing] = useState(false);
  const [chosen, setChosen] = useState<Place | null>(null);
  const next = isNext === undefined ? null : nextOf(of);
  return (
    <>
      {next && (
        <Button kind={isNext ? "primary" : "plain"} icon={icon.send} data-testid="ev-next" onClick={() => setChosen(next)}>
          {t("kiosk.evac.ask", { name: next.name })}
        </Button>
      )}
      <Button kind={isNext && !next ? "primary" : isNext === undefined ? "bare" : "plain"} icon={icon.home} data-testid="ev-choose" onClick={() => setChoosing(true)}>
        {t("kiosk.evac.ask_other")}
      </Button>
      {choosing && <Choose of={of} onClose={() => setChoosing(false)} onChosen={setChosen} />}
      {chosen && <Confirm of={of} to={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}

/** Nobody asks another structure by a touch: the one that is asked now is told that it is not wanted any more. */
function Confirm({ of, to, onClose }: { of: Referral; to: Place; onClose: () => void }) {
  const ask = async () => {
    if (await tellOf(of, { event: "asked_next", structure: to })) onClose();
  };
  return (
    <Dialog
      title={t("kiosk.evac.ask_title", { name: to.name })}
      onClose={onClose}
      data-testid="ev-ask-dialog"
      actions={
        <>
          <Button onClick={onClose}>{t("common.back")}</Button>
          <Button kind="primary" icon={icon.send} data-testid="ev-ask-go" onClick={() => void ask()}>
            {t("kiosk.evac.ask", { name: to.name })}
          </Button>
        </>
      }
    >
      <p>{t(of.state === "en_route" ? "kiosk.evac.ask_on_way" : "kiosk.evac.ask_more", { before: of.structure.name })}</p>
    </Dialog>
  );
}

interface ChooseProps {
  of: Referral;
  onClose: () => void;
  onChosen: (structure: Place) => void;
}

function Choose({ of, onClose, onChosen }: ChooseProps) {
  useEffect(() => void refresh(), []);
  const choices = choicesOf(of, nearest.list.value?.structures ?? [], place.value?.id);
  return (
    <Dialog title={t("kiosk.evac.ask_other")} onClose={onClose} data-testid="ev-choose-dialog" actions={<Button onClick={onClose}>{t("common.back")}</Button>}>
      {choices.length === 0 && <p>{t("kiosk.evac.none_known")}</p>}
      <ul class="ev-structures">
        {choices.map(({ near, can, saidNo }) => (
          <li key={near.place.id}>
            <Button data-testid="ev-structure" {...{ "data-id": near.place.id }} onClick={() => (onChosen(near.place), onClose())}>
              <span>
                <strong>{near.place.name}</strong>
                <small>{[wayOf(near), near.place.phone.replaceAll(" ", "\u00a0")].filter(Boolean).join(" · ")}</small>
                {can.length > 0 && <small>{t("kiosk.evac.can", { needs: needsText(can) })}</small>}
                {saidNo && <small class="bad">{t("kiosk.evac.said_no")}</small>}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
