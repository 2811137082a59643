/** The choice of one speciality or all. The chips carry the colours of the calendar. */

import { t } from "../ui/i18n.ts";
import { SPECIALITIES } from "../ui/rota/words.ts";
import { only } from "./rota.ts";

export function Filter() {
  return (
    <div class="filter" role="group" aria-label={t("rota.speciality")}>
      {[null, ...SPECIALITIES].map((speciality) => (
        <button
          key={speciality}
          type="button"
          class={`chip ${speciality ?? ""}`}
          aria-pressed={only.value === speciality}
          data-testid={`filter-${speciality ?? "all"}`}
          onClick={() => (only.value = speciality)}
        >
          {speciality ? t(`common.speciality.${speciality}`) : t("rota.all")}
        </button>
      ))}
    </div>
  );
}
