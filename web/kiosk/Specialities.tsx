/** The choice of a speciality, after "Autre avis médical". */

import type { Speciality } from "../protocol/messages.ts";
import { t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { BackButton } from "./BackButton.tsx";
import { ChoiceButton } from "./Home.tsx";
import { screen } from "./shell.ts";

export function Specialities() {
  return (
    <main class="home">
      <BackButton />
      <h1>{t("kiosk.home.whom")}</h1>
      <div class="doors four">
        {SPECIALITIES.map((speciality) => (
          <ChoiceButton
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
