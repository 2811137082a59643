/** The room in which an evacuation is prepared: what the patient needs there, which structure is asked, and the letter. */

import { useEffect, useRef } from "preact/hooks";
import type { Client } from "../../../client/index.ts";
import type { ConsultationId, Letter, Need, Referral } from "../../../protocol/messages.ts";
import { Banner } from "../../../ui/Banner.tsx";
import { Field } from "../../../ui/Field.tsx";
import { t } from "../../../ui/i18n.ts";
import * as icon from "../../../ui/icons.ts";
import { FIELD_CHARS, LETTER_FIELDS } from "../../../ui/referral/letter-fields.ts";
import type { Evacuating } from "../kept-evacuation.ts";
import { type ForLetter, letterOf, prefilled } from "../letter.ts";
import { SendBar } from "./SendBar.tsx";
import { Structures } from "./Structures.tsx";
import { useStructures } from "./structures.ts";
import { stands } from "../up-to-date.ts";

interface RoomProps {
  client: Client;
  id: ConsultationId;
  record: ForLetter;
  referrals: readonly Referral[];
  evacuating: Evacuating;
}

export function Room({ client, id, record, referrals, evacuating }: RoomProps) {
  const { typed, change } = evacuating;
  const found = useStructures(id, typed.needs);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: "start" });
    box.current?.focus({ preventScroll: true });
  }, []);
  const isOnline = client.connection.state.value.at === "ready";
  const letter = letterOf({ ...record, needs: typed.needs }, typed.letter);
  const others = referrals.filter((one) => stands(one) && !OVER.includes(one.state));
  return (
    <div class="ev-room" ref={box} role="group" aria-label={t("doctor.evacuate.list")} tabIndex={-1} data-testid="ev-room">
      {others.length > 0 && (
        <Banner tone="warn" icon={icon.alert} data-testid="ev-already">
          {t("doctor.ev.already", { place: others[0]!.structure.name })}
        </Banner>
      )}
      {/* What was sent without an answer stays as it was sent. */}
      <fieldset class="ev-fields" disabled={typed.asked !== undefined}>
        <Needs needs={typed.needs} onNeeds={(needs) => change((before) => ({ ...before, needs }))} />
        <Structures
          found={found}
          order={typed.order}
          onOrder={(make) => change((before) => ({ ...before, order: make(before.order) }))}
        />
        <LetterFields
          letter={letter}
          told={prefilled({ ...record, needs: typed.needs })}
          own={typed.letter}
          onOwn={(own) => change((before) => ({ ...before, letter: own }))}
        />
      </fieldset>
      <SendBar id={id} letter={letter} found={found} isOnline={isOnline} evacuating={evacuating} />
    </div>
  );
}

/** What the receiving structure must be able to do, as large check boxes. */
function Needs({ needs, onNeeds }: { needs: readonly Need[]; onNeeds: (needs: Need[]) => void }) {
  const toggle = (need: Need) => onNeeds(NEEDS.filter((one) => (one === need) !== needs.includes(one)));
  return (
    <fieldset class="ev-needs">
      <legend>{t("doctor.ev.needs")}</legend>
      <div>
        {NEEDS.map((need) => (
          <label key={need}>
            <input
              type="checkbox"
              autoComplete="off"
              checked={needs.includes(need)}
              data-testid="ev-need"
              data-need={need}
              onChange={() => toggle(need)}
            />
            {t(`common.referral.need.${need}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface LetterProps {
  letter: Letter;
  /** What the record fills in. */
  told: Letter;
  own: Partial<Letter>;
  onOwn: (own: Partial<Letter>) => void;
}

/** The letter. A field that nobody has changed follows the record, and one that was changed can be filled in again. */
function LetterFields({ letter, told, own, onOwn }: LetterProps) {
  const write = (field: keyof Letter, text: string) => {
    const { [field]: _, ...rest } = own;
    onOwn(text === told[field] ? rest : { ...rest, [field]: text });
  };
  return (
    <section class="ev-letter" aria-labelledby="ev-letter-title">
      <h3 id="ev-letter-title">{t("doctor.ev.letter")}</h3>
      <p class="small soft">{t("doctor.ev.letter_more")}</p>
      {LETTER_FIELDS.map((field) => (
        <Field
          key={field}
          label={t(`common.referral.letter.${field}`)}
          value={letter[field]}
          onValue={(text) => write(field, text)}
          rows={ROWS[field]}
          maxLength={FIELD_CHARS}
          data-testid={`ev-letter-${field}`}
        />
      ))}
    </section>
  );
}

const NEEDS: readonly Need[] = ["cesarean", "surgery", "transfusion", "neonatal", "maternity", "imaging", "laboratory"];
const OVER: readonly Referral["state"][] = ["completed", "failed", "rejected"];
const ROWS: { [field in keyof Letter]: number } = { reason: 2, patient: 2, findings: 6, done: 4, not_examined: 3, question: 2 };
