/** The letter of an evacuation as it is read. A line that names a danger is marked by a sign and by its colour. */

import type { Letter } from "../../protocol/messages.ts";
import { t } from "../i18n.ts";
import * as icon from "../icons.ts";
import { Icon } from "../Icon.tsx";
import { isDanger, LETTER_FIELDS } from "./letter-fields.ts";

export function LetterText({ letter }: { letter: Letter }) {
  return (
    <dl class="letter-text">
      {LETTER_FIELDS.filter((field) => letter[field].trim()).map((field) => (
        <div key={field} data-field={field}>
          <dt>{t(`common.referral.letter.${field}`)}</dt>
          <dd dir="auto">
            {letter[field].split("\n").map((line, place) => (
              <Line key={place} line={line} />
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Line({ line }: { line: string }) {
  if (!isDanger(line)) return <p>{line}</p>;
  return (
    <p class="bad danger-line">
      <Icon of={icon.alert} /> <strong>{line}</strong>
    </p>
  );
}
