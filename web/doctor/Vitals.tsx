/** The values of the form; dangerous ones are red and explained in words. */

import { dangers, type VitalName } from "../client/index.ts";
import type { Intake } from "../protocol/messages.ts";
import { type Key, number, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";

interface Value {
  label: Key;
  text: string | null;
  /** The vital signs that can make the value red. */
  vitals: VitalName[];
}

/** `brief` shows only the known values. */
export function Vitals({ intake, brief }: { intake: Intake; brief?: boolean }) {
  const found = dangers(intake);
  const shown = valuesOf(intake).filter(({ text }) => !brief || text !== null);
  return (
    <dl class={brief ? "vitals brief" : "vitals"} data-testid="vitals">
      {shown.map(({ label, text, vitals }) => {
        const danger = found.find(({ vital }) => vitals.includes(vital));
        return (
          <div key={label} class={danger ? `red level${danger.level}` : ""} data-testid={danger && "danger"}>
            <dt>{t(label)}</dt>
            <dd class="digits">
              {danger && <Icon of={icon.alert} />} {text ?? "–"}
              {danger && (
                <span class={brief ? "unseen" : "said"}>{t(`client.danger.${danger.sentence}`)}</span>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function valuesOf(intake: Intake): Value[] {
  const { age_years, term_weeks, systolic, diastolic, pulse, temperature_dc, bleeding, convulsions } = intake;
  const pressed = systolic !== null || diastolic !== null;
  const yesNo = (value: boolean) => t(value ? "common.yes" : "common.no");
  return [
    { label: "common.vital.age", text: known(age_years, (n) => t("common.years", { n })), vitals: [] },
    { label: "common.vital.term", text: known(term_weeks, (n) => t("common.weeks", { n })), vitals: [] },
    {
      label: "common.vital.pressure",
      text: pressed ? `${systolic ?? "?"}/${diastolic ?? "?"}` : null,
      vitals: ["systolic", "diastolic"],
    },
    { label: "common.vital.pulse", text: known(pulse, String), vitals: ["pulse"] },
    {
      label: "common.vital.temperature",
      text: known(temperature_dc, (tenths) => `${number(tenths / 10, 1)} °C`),
      vitals: ["temperature_dc"],
    },
    {
      label: "common.vital.bleeding",
      text: known(bleeding, (amount) => t(`common.bleeding.${amount}`)),
      vitals: ["bleeding"],
    },
    { label: "common.vital.convulsions", text: known(convulsions, yesNo), vitals: ["convulsions"] },
  ];
}

const known = <T,>(value: T | null, say: (value: T) => string): string | null =>
  value === null ? null : say(value);
