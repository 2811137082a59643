/** What a doctor does with a case as a whole: call the post, ask a colleague, give it away, close it, tell the news. */

import { useState } from "preact/hooks";
import type { Case, Client } from "../../client/index.ts";
import { isInForce } from "../../client/workflow/prescriptions.ts";
import type { ConsultationView } from "../../protocol/api.ts";
import type { ConsultationId } from "../../protocol/messages.ts";
import { Button } from "../../ui/Button.tsx";
import { t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { toast } from "../../ui/Toast.tsx";
import { openCase } from "../doctor.ts";
import type { Evacuating } from "../evacuation/kept-evacuation.ts";
import type { Prescribing } from "../prescription/kept-prescription.ts";
import { type Acting, actsOf } from "./acts.ts";
import { Colleagues } from "./Colleagues.tsx";
import { CloseCase, TellOutcome } from "./EndDialogs.tsx";

interface ActionsProps {
  client: Client;
  id: ConsultationId;
  row: Case;
  view: ConsultationView;
  acting: Acting;
  prescribing: Prescribing;
  evacuating: Evacuating;
  /** True if an evacuation was asked for and not cancelled. */
  referred: boolean;
}

export function CaseActions({ client, id, row, view, acting, prescribing, evacuating, referred }: ActionsProps) {
  const [open, setOpen] = useState<"opinion" | "give" | "close" | "tell" | null>(null);
  const close = () => setOpen(null);
  const leave = (said: string) => {
    close();
    toast(said);
    openCase.value = null;
  };
  const call = async () => {
    void client.devices.open({ camera: false });
    // A call comes before any screen; afterwards the desk tells what became of it.
    if (await acting.run(() => actsOf(client).call(id))) openCase.value = null;
    else client.devices.close();
  };
  if (!row.mine) return null;
  const ended = row.state === "follow_up";
  return (
    <>
      <div class="actions" role="toolbar" aria-label={t("doctor.case.one")}>
        {ended ? (
          <Button icon={icon.check} data-testid="case-tell" onClick={() => setOpen("tell")}>
            {t("doctor.case.tell")}
          </Button>
        ) : (
          <>
            <Button icon={icon.phone} disabled={acting.busy} data-testid="case-call" onClick={() => void call()}>
              {t("doctor.case.call")}
            </Button>
            <Button icon={icon.people} data-testid="case-opinion-ask" onClick={() => setOpen("opinion")}>
              {t("doctor.case.opinion")}
            </Button>
            <Button icon={icon.send} data-testid="case-give" onClick={() => setOpen("give")}>
              {t("doctor.case.give")}
            </Button>
            <Button kind="primary" icon={icon.check} data-testid="case-close" onClick={() => setOpen("close")}>
              {t("doctor.case.close")}
            </Button>
          </>
        )}
      </div>
      {(open === "opinion" || open === "give") && <Colleagues client={client} id={id} want={open} onClose={close} />}
      {open === "close" && (
        <CloseCase
          client={client}
          id={id}
          done={{
            silent: view.record.advice.length === 0,
            prescribed: !!view.record.prescriptions?.some(isInForce),
            referred,
          }}
          prescribing={prescribing}
          evacuating={evacuating}
          onClose={close}
          onDone={() => leave(t("doctor.case.closed"))}
        />
      )}
      {open === "tell" && (
        <TellOutcome client={client} id={id} onClose={close} onDone={() => leave(t("doctor.case.told"))} />
      )}
    </>
  );
}
