/** The choice when the post is asked what became of the patient, at the end of a call and of a case. */

import type { Disposition } from "../protocol/messages.ts";
import { Choice } from "../ui/Choice.tsx";
import { t } from "../ui/i18n.ts";

/** After how many hours, or never. */
export type FollowUpChoice = "24" | "72" | "168" | "never";

const CHOICES: FollowUpChoice[] = ["24", "72", "168", "never"];

/** The usual choice for an outcome: whoever is evacuated is asked after the next day, because evacuations get lost on the way. */
export const usualFor = (how: Disposition | null): FollowUpChoice => (how === "evacuation" ? "24" : "never");

/** The hours of a choice; null for never. */
export const hoursOf = (choice: FollowUpChoice): number | null => (choice === "never" ? null : Number(choice));

interface FollowUpProps {
  value: FollowUpChoice;
  onValue: (value: FollowUpChoice) => void;
}

export function FollowUp({ value, onValue }: FollowUpProps) {
  return (
    <Choice
      label={t("doctor.follow_up.ask")}
      options={CHOICES.map((choice) => ({ value: choice, label: t(`doctor.follow_up.${choice}`) }))}
      value={value}
      onValue={onValue}
      testid="follow-up"
    />
  );
}
