/**
 * The printed sheet of signed advice. Its head stands on every page, its pages are numbered by the browser (`paper.css`), and
 * what the tablet does not know of the patient is a line to fill in by hand.
 */

import type { Advice, Intake, Place } from "../../protocol/messages.ts";
import { replacedBy, standing } from "../../client/workflow/advice.ts";
import { moment } from "../../ui/dates.ts";
import { number, t } from "../../ui/i18n.ts";
import { signature } from "../../ui/signer.ts";
import { Code } from "./Code.tsx";
import { Page, PatientBox, type PatientRow } from "./Page.tsx";
import { codeOfText } from "./qr.ts";

/** What a sheet is made of. */
export interface SheetProps {
  /** All signed advice of one consultation; only what stands is printed. */
  advice: readonly Advice[];
  /** The form of the consultation; null if the tablet does not have it. */
  intake: Intake | null;
  /** The members of staff of the post who took part; empty if nobody said so. */
  nurse: string;
  /** The post that received the advice. */
  place: Place | null;
  /** Whom to telephone. */
  fallback: Place | null;
  /** The content of the QR code. */
  seal: string;
}

/**
 * A corrected text is left out: on paper a struck dose can still be read, photocopied and given. The correction says what it
 * replaces, because a sheet with the former text may lie beside it. The record on the tablet keeps both.
 */
export function Sheet(props: SheetProps) {
  const { advice, place } = props;
  return (
    <Page place={place} consultation={advice[0]?.consultation ?? ""}>
      <Body {...props} />
    </Page>
  );
}

function Body({ advice, intake, nurse, fallback, seal }: SheetProps) {
  return (
    <>
      <h1>{t("kiosk.paper.title")}</h1>
      <Patient intake={intake} />
      {nurse && <p class="nurse">{t("kiosk.paper.nurse", { name: nurse })}</p>}
      {standing(advice).map((one) => (
        <article key={`${one.by} ${one.revision}`}>
          <Replaced by={one} all={advice} />
          <p class="text">{one.text}</p>
          <p class="signer">{signature(one)}</p>
        </article>
      ))}
      <footer>
        <Code of={codeOfText(seal)} />
        <div>
          <p>{t("kiosk.paper.code")}</p>
          {fallback?.phone && <p>{t("kiosk.paper.phone", { name: fallback.name, phone: fallback.phone })}</p>}
        </div>
        <p class="stamp">{t("kiosk.paper.stamp")}</p>
      </footer>
    </>
  );
}

/** The warning of a correction against the sheets that were printed before it. */
function Replaced({ by, all }: { by: Advice; all: readonly Advice[] }) {
  const times = replacedBy(by, all).map(({ at }) => moment(at, by.at));
  return times.length ? <p class="replaces">{t("kiosk.paper.replaces", { times: times.join(", ") })}</p> : null;
}

function Patient({ intake }: { intake: Intake | null }) {
  const rows: PatientRow[] = [
    [t("common.vital.name"), intake?.name],
    [t("common.vital.dpp"), intake?.dpp],
    [t("common.vital.age"), intake && ageOf(intake)],
    [t("common.vital.sex"), intake?.sex && t(`common.sex.${intake.sex}`)],
    [t("common.vital.weight"), intake?.weight_g ? `${number(intake.weight_g / 1000, 1)} kg` : null],
    [t("kiosk.paper.reason"), intake?.reason],
  ];
  return <PatientBox rows={rows} />;
}

/** The age with the units in which it was measured; empty if it was not. */
function ageOf({ age_years, age_months, age_days }: Intake): string {
  const parts = [
    age_years ? t("common.years", { n: age_years }) : "",
    age_months ? t("common.months", { n: age_months }) : "",
    age_days ? t("common.days", { n: age_days }) : "",
  ];
  const newborn = age_days === 0 ? t("common.days", { n: 0 }) : "";
  return parts.filter(Boolean).join(" ") || newborn;
}
