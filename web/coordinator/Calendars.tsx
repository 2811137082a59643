/** Calendar files: feeds that a telephone's calendar reads, and the import of a file with a preview. */

import { useState } from "preact/hooks";
import { post } from "../client/signalling/session.ts";
import type { ImportCalendar, ImportPreview, RotaRefusal, RotaView } from "../protocol/rota.ts";
import { Banner } from "../ui/Banner.tsx";
import { Button } from "../ui/Button.tsx";
import { errorTextOf, t } from "../ui/i18n.ts";
import * as icon from "../ui/icons.ts";
import { FeedLink } from "../ui/rota/FeedLink.tsx";
import { Select } from "../ui/Select.tsx";
import { LEVELS, nameOf, SPECIALITIES, spanText, stretchText } from "../ui/rota/words.ts";
import { refresh } from "./rota.ts";

export function Calendars({ rota }: { rota: RotaView }) {
  const [speciality, setSpeciality] = useState(SPECIALITIES[0]!);
  return (
    <section aria-labelledby="calendars-title">
      <h2 id="calendars-title">{t("rota.tab.calendars")}</h2>
      <div class="card">
        <h3>{t("rota.feed")}</h3>
        <Select label={t("rota.speciality")} value={speciality} onValue={setSpeciality} options={SPECIALITIES.map((value) => ({ value, label: t(`common.speciality.${value}`) }))} />
        <FeedLink key={speciality} speciality={speciality} />
      </div>
      <Import rota={rota} />
    </section>
  );
}

function Import({ rota }: { rota: RotaView }) {
  const [speciality, setSpeciality] = useState(SPECIALITIES[0]!);
  const [level, setLevel] = useState(LEVELS[0]!);
  const [file, setFile] = useState<string | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [mustConfirm, setMustConfirm] = useState<RotaRefusal["code"] | null>(null);
  /** The version that the preview was made from: what it says would be replaced is stored on no other. */
  const [seen, setSeen] = useState(rota.version);

  async function send(text: string | null, store: boolean, confirmed = false) {
    if (text === null) return;
    setFault(null);
    const version = store ? seen : rota.version;
    setSeen(version);
    const body: ImportCalendar = { version, speciality, level, file: text, store, confirmed };
    try {
      setPreview(await post<ImportPreview>("/api/rota/import", body));
      setMustConfirm(null);
    } catch (error) {
      const refusal = (error as { body?: RotaRefusal }).body;
      const asks = refusal?.code === "rota_uncovered" || refusal?.code === "rota_on_duty";
      setMustConfirm(asks ? refusal.code : null);
      if (refusal?.code === "rota_changed") setPreview(null);
      setFault(errorTextOf(error));
    }
    if (store) void refresh();
  }
  async function choose(input: HTMLInputElement) {
    const text = (await input.files?.[0]?.text()) ?? null;
    setFile(text);
    setPreview(null);
    void send(text, false);
  }
  const good = preview?.events.filter(({ problem }) => !problem).length ?? 0;
  return (
    <div class="card">
      <h3>{t("rota.import")}</h3>
      <p class="soft">{t("rota.import.how")}</p>
      <div class="two">
        <Select label={t("rota.speciality")} value={speciality} onValue={(value) => (setSpeciality(value), setPreview(null))} testid="import-speciality" options={SPECIALITIES.map((value) => ({ value, label: t(`common.speciality.${value}`) }))} />
        <Select label={t("rota.level")} value={level} onValue={(value) => (setLevel(value), setPreview(null))} options={LEVELS.map((value) => ({ value, label: t(`duty.level.${value}`) }))} />
      </div>
      <div class="field">
        <label for="import-file">{t("rota.import.file")}</label>
        <input id="import-file" type="file" accept=".ics,text/calendar" data-testid="import-file" onChange={(event) => void choose(event.currentTarget)} />
      </div>
      {fault && (
        <Banner tone="bad" icon={icon.alert} data-testid="import-fault">
          {fault}
        </Banner>
      )}
      {preview?.stored && (
        <Banner tone="good" icon={icon.check} data-testid="import-stored">
          {t("rota.import.stored", { n: good })}
        </Banner>
      )}
      {preview && !preview.stored && (
        <>
          <p>{t("rota.import.preview", { n: good })}</p>
          <Events rota={rota} preview={preview} />
        </>
      )}
      {file !== null && !preview && !fault && <Button onClick={() => void send(file, false)}>{t("rota.import.look")}</Button>}
      {preview && !preview.stored && good > 0 && (
        <Button kind={mustConfirm ? "danger" : "primary"} data-testid="import-save" onClick={() => void send(file, true, mustConfirm !== null)}>
          {mustConfirm ? t(mustConfirm === "rota_uncovered" ? "rota.uncovered.confirm" : "rota.on_duty.confirm") : t("rota.import.save", { n: good })}
        </Button>
      )}
    </div>
  );
}

function Events({ rota, preview }: { rota: RotaView; preview: ImportPreview }) {
  return (
    <>
      <ul class="rows">
        {preview.events.map((event, index) => (
          <li key={index} class={event.problem ? "row waits" : "row"} data-testid="import-event" data-problem={event.problem ?? ""}>
            <p>
              <strong>{event.doctor ? nameOf(rota, event.doctor) : event.title || t("rota.import.untitled")}</strong>
              {event.span && <span>{spanText(event.span)}</span>}
              {event.problem && <em>{t(`rota.import.${event.problem}`)}</em>}
            </p>
          </li>
        ))}
      </ul>
      {preview.replaced.length > 0 && (
        <>
          <p>{t("rota.import.replaced")}</p>
          <ul class="rows">
            {preview.replaced.map((duty, index) => (
              <li key={index} class="row">
                {nameOf(rota, duty.doctor)} – {stretchText(duty)}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
