/** The patients of the last weeks at this post, also without a network; those whose name nobody knew are among them. It stands behind the PIN. */

import { useEffect, useState } from "preact/hooks";
import { Button } from "../../ui/Button.tsx";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { loadStylesheet } from "../../ui/stylesheet.ts";
import french from "../../ui/texts/fr.json?patients";
import { lineText } from "./line.ts";
import { patients, refreshPatients } from "./list.ts";
import { PatientDialog } from "./PatientDialog.tsx";
import styles from "./patients.css?later";

learn(french);

/** The part, once its styles apply. */
export async function loaded() {
  await loadStylesheet(styles);
  return RecentPatients;
}

function RecentPatients() {
  const [shown, setShown] = useState(AT_FIRST);
  const [open, setOpen] = useState<string | null>(null);
  useEffect(() => void patients.load().then(refreshPatients), []);
  const lines = patients.lines.value;
  return (
    <section class="known-list">
      <h2>{t("kiosk.patient.recent")}</h2>
      {lines.length === 0 && <p>{t("kiosk.patient.recent_none")}</p>}
      {lines.slice(0, shown).map((line) => (
        <Button key={line.id} icon={icon.people} data-testid="patient-recent" data-patient={line.id} onClick={() => setOpen(line.id)}>
          {lineText(line)}
        </Button>
      ))}
      {lines.length > shown && (
        <Button kind="bare" data-testid="patient-more" onClick={() => setShown(lines.length)}>
          {t("kiosk.patient.more", { n: lines.length - shown })}
        </Button>
      )}
      {open && <PatientDialog id={open} onClose={() => setOpen(null)} />}
    </section>
  );
}

/** What a person looks through at first. */
const AT_FIRST = 8;
