//! "Autre avis médical": whom?

import type { Speciality } from "../protocol/messages.ts";
import { Button } from "../ui/Button.tsx";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Door } from "./Home.tsx";
import { screen } from "./porch.ts";

export function Specialities() {
  return (
    <main class="home">
      <Button kind="bare" icon={icon.back} data-testid="back" onClick={() => (screen.value = { at: "home" })}>
        {t("common.back")}
      </Button>
      <h1>{t("kiosk.home.whom")}</h1>
      <div class="doors four">
        {SPECIALITIES.map((speciality) => (
          <Door
            key={speciality}
            icon={ICONS[speciality]}
            title={t(`common.speciality.${speciality}`)}
            speciality={speciality}
            testid={`speciality-${speciality}`}
            onClick={() => (screen.value = { at: "form", kind: "other", speciality })}
          />
        ))}
      </div>
    </main>
  );
}

const SPECIALITIES: Speciality[] = ["general", "paediatrics", "obstetrics", "surgery"];
const ICONS: Record<Speciality, string> = {
  general: icon.doctor,
  paediatrics: icon.child,
  obstetrics: icon.mother,
  surgery: icon.tools,
};
