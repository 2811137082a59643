/** The dialog that asks a colleague for an opinion, or gives a case to a colleague or to a speciality. */

import { useEffect, useState } from "preact/hooks";
import { type Client, get } from "../../client/index.ts";
import type { Colleague } from "../../protocol/api.ts";
import type { ConsultationId, PartyId, Speciality } from "../../protocol/messages.ts";
import { Banner } from "../../ui/Banner.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Field } from "../../ui/Field.tsx";
import { errorTextOf, t } from "../../ui/i18n.ts";
import { actsOf, useActing } from "./acts.ts";

interface ColleaguesProps {
  client: Client;
  id: ConsultationId;
  /** `opinion`: the colleague reads and writes · `give`: the colleague answers for the case from now on. */
  want: "opinion" | "give";
  onClose: () => void;
}

/** Who is chosen: a colleague, or whoever is on duty for a speciality. */
type Chosen = { party: PartyId } | { speciality: Speciality };

export function Colleagues({ client, id, want, onClose }: ColleaguesProps) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const acting = useActing();
  const send = async (to: Chosen) => {
    const acts = actsOf(client);
    const act = () => {
      if ("speciality" in to) return acts.defer(id, to);
      return want === "opinion" ? acts.askOpinion(id, to.party) : acts.assign(id, to.party);
    };
    if (await acting.run(act)) onClose();
  };
  return (
    <Dialog
      title={t(`doctor.case.${want}_whom`)}
      onClose={onClose}
      data-testid="colleagues"
      actions={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button
            kind="primary"
            disabled={!chosen || acting.busy}
            data-testid="colleague-send"
            onClick={() => chosen && void send(chosen)}
          >
            {t(`doctor.case.${want}_send`)}
          </Button>
        </>
      }
    >
      {acting.fault && <Banner tone="warn">{acting.fault}</Banner>}
      <p class="small soft">{t(`doctor.case.${want}_more`)}</p>
      {want === "give" && (
        <div class="templates" role="group" aria-label={t("doctor.case.on_duty")}>
          {SPECIALITIES.map((speciality) => (
            <Button
              key={speciality}
              aria-pressed={!!chosen && "speciality" in chosen && chosen.speciality === speciality}
              data-testid={`to-${speciality}`}
              onClick={() => setChosen({ speciality })}
            >
              {t(`common.speciality.${speciality}`)}
            </Button>
          ))}
        </div>
      )}
      <List chosen={chosen && "party" in chosen ? chosen.party : null} onChoose={(party) => setChosen({ party })} />
    </Dialog>
  );
}

/** The colleagues, who are connected coming first; a long list has a field to search in it. */
function List({ chosen, onChoose }: { chosen: PartyId | null; onChoose: (party: PartyId) => void }) {
  const [all, setAll] = useState<Colleague[] | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [tries, setTries] = useState(0);
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    setFault(null);
    get<Colleague[]>("/api/colleagues").then(setAll, (error: unknown) => setFault(errorTextOf(error)));
  }, [tries]);
  if (fault)
    return (
      <Banner tone="warn" actions={<Button onClick={() => setTries(tries + 1)}>{t("common.retry")}</Button>}>
        {fault}
      </Banner>
    );
  if (!all) return <p role="status">{t("common.loading")}</p>;
  if (all.length === 0) return <p>{t("doctor.case.no_colleague")}</p>;
  const found = all
    .filter(({ name }) => plain(name).includes(plain(wanted)))
    .sort((a, b) => Number(b.connected) - Number(a.connected) || a.name.localeCompare(b.name));
  return (
    <>
      {all.length > LONG && (
        <Field label={t("doctor.case.search")} value={wanted} onValue={setWanted} data-testid="colleague-search" />
      )}
      <ul class="parties">
        {found.slice(0, SHOWN).map(({ party, name, specialities, connected }) => (
          <li key={party}>
            <Button aria-pressed={party === chosen} data-testid="colleague" onClick={() => onChoose(party)}>
              <strong dir="auto">{name}</strong>
              <span>
                {specialities.map((one) => t(`common.speciality.${one}`)).join(", ")} ·{" "}
                {t(connected ? "doctor.case.connected" : "doctor.case.not_connected")}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A name without accents and capitals, as people type it. */
const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const SPECIALITIES: Speciality[] = ["obstetrics", "paediatrics", "general", "surgery"];
/** From this number on, people search instead of looking. */
const LONG = 8;
const SHOWN = 40;
