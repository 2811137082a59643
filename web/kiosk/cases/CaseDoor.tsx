/** The line of the first screen that leads to the cases, with the number of those that need something. It tells nothing about a patient. */

import { now, seconds } from "../../client/platform/clock.ts";
import { learn, t } from "../../ui/i18n.ts";
import * as icon from "../../ui/icons.ts";
import { Icon } from "../../ui/Icon.tsx";
import french from "../../ui/texts/fr.json?casedoor";
import { cases, screen, unsent } from "../shell.ts";
import { replied } from "./kept/replied.ts";
import { needsPost } from "./needs.ts";

learn(french);

export function CaseDoor() {
  const at = (seconds.value, now());
  const needed = cases.rows.value.filter((row) => needsPost(row, at) && !replied.value.has(row.consultation)).length;
  const all = cases.rows.value.length + unsent.value;
  if (!all) return null;
  return (
    <button
      type="button"
      class={needed ? "banner warn" : "banner info"}
      data-testid="cases"
      data-needed={needed}
      onClick={() => (screen.value = { at: "cases" })}
    >
      <Icon of={icon.note} />
      <span class="say">
        <strong>{t("kiosk.casedoor.title")}</strong>{" "}
        {needed ? t("kiosk.casedoor.needed", { n: needed }) : t("kiosk.casedoor.open", { n: all })}
      </span>
    </button>
  );
}
