/** One row of the queue, with everything that decides whom to take first. */

import { type Client, type Row, seconds } from "../client/index.ts";
import { Button } from "../ui/Button.tsx";
import { duration, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { lazy } from "../ui/lazy.tsx";
import { RowReasons, RowRings } from "./RowNotes.tsx";

/** The values of a patient come with their names, which an empty desk does without. */
const Vitals = lazy(async () => {
  await import("./texts.ts");
  return (await import("../ui/Vitals.tsx")).Vitals;
});
const AgainLine = lazy(async () => (await import("./Unfinished.tsx")).AgainLine);

export function QueueRow({ row, client }: { row: Row; client: Client }) {
  const { entry, since, ringing, claiming } = row;
  const { again } = entry;
  const { place, urgency, intake, consultation } = entry;
  const take = () => {
    void client.devices.open({ camera: false });
    client.desk.claim(consultation);
  };
  return (
    <li
      class={`row ${urgency} ${ringing ? "ringing" : ""}`}
      data-testid="queue-row"
      data-consultation={consultation}
      data-urgency={urgency}
    >
      <p class="urgency">
        <span>
          {ringing && <Icon of={icon.phone} />} {t(`common.urgency.${urgency}`)}
        </span>
        <span class="digits wait">{t("doctor.waits", { time: duration(seconds.value - since) })}</span>
      </p>
      <h3 class="place">
        <bdi>{place.name}</bdi> <bdi class="soft">{place.district}</bdi>
      </h3>
      {again && <AgainLine row={row} />}
      <RowReasons row={row} />
      <p class="reason" dir="auto">
        {intake.reason || t(entry.reduced ? "doctor.reduced" : "doctor.no_reason")}
      </p>
      <Vitals intake={intake} dangers={entry.dangers} brief />
      {entry.danger && !entry.dangers?.length && (
        <p class={entry.danger === "danger" ? "bad" : "warn"} data-testid="danger-mark">
          <Icon of={icon.alert} /> {t(`doctor.mark.${entry.danger}`)}
        </p>
      )}
      <p class="small soft">
        {t(`common.speciality.${entry.speciality}`)}
        {entry.age_band && ` · ${t(`doctor.age.${entry.age_band}`)}`} · {t(`common.step.${entry.step}`)}
        {intake.language && ` · ${t(`common.lang.${intake.language}`)}`}
        {!entry.present && <strong class="warn"> · {t("doctor.absent")}</strong>}
      </p>
      <Button
        kind="go"
        icon={icon.phone}
        class="claim"
        disabled={claiming || client.connection.state.value.at !== "ready"}
        aria-label={t("doctor.claim_of", { place: place.name })}
        data-testid="claim"
        onClick={take}
      >
        {t(claiming ? "doctor.claiming" : again ? "doctor.take_over" : "doctor.claim")}
      </Button>
      <RowRings row={row} />
    </li>
  );
}
