/** What a patient answered about sharing the record, in a sentence. */

import type { Consent } from "../../protocol/messages.ts";
import { dateAndTime } from "../dates.ts";
import { learn, t } from "../i18n.ts";
import french from "../texts/fr.json?consent";

learn(french);

interface ConsentLineProps {
  /** The last answer; undefined if nobody asked. */
  consent: Consent | undefined;
  /** The member of staff who asked, if it is known. */
  by?: string | undefined;
}

export function ConsentLine({ consent, by }: ConsentLineProps) {
  if (!consent) return <p data-testid="consent-line" data-standing="none">{t("common.consent.none")}</p>;
  const { standing, said, at } = consent;
  const values = { language: t(`common.lang.${said.language}`), time: dateAndTime(at) };
  return (
    <p data-testid="consent-line" data-standing={standing}>
      <strong>{t(`common.consent.${standing}`)}</strong> {t(`common.consent.said.${said.giver}`, values)}
      {by && ` ${t("common.consent.by", { name: by })}`}
    </p>
  );
}
