/** What stands out in a row of the queue besides its patient: why it is here, until when it is put off, and at whom it rings. */

import type { Row } from "../client/index.ts";
import { wallNow } from "../client/platform/wall-clock.ts";
import type { RungDoctor } from "../protocol/messages.ts";
import { dateAndTime } from "../ui/dates.ts";
import { learn, t } from "../ui/i18n.ts";
import french from "../ui/texts/fr.json?row";

learn(french);

/** Tells of a row until when it is put off, why it rings here first, and why it comes from another speciality. */
export function RowReasons({ row: { entry } }: { row: Row }) {
  const { postponed_ms, prefers, redirected } = entry;
  return (
    <>
      {postponed_ms !== undefined && (
        <p class="warn" data-testid="postponed">
          {t("doctor.row.postponed", { time: dateAndTime(wallNow() + postponed_ms) })}
        </p>
      )}
      {prefers?.map((one) => (
        <p key={JSON.stringify(one)} class="good" data-testid="prefers">
          {typeof one === "string"
            ? t(`doctor.row.${one}`)
            : "language" in one
              ? t("doctor.row.language", { language: t(`common.lang.${one.language}`) })
              : t("doctor.row.followed", { time: dateAndTime(one.followed) })}
        </p>
      ))}
      {redirected && <p dir="auto">{t("doctor.row.redirected", { why: redirected })}</p>}
    </>
  );
}

/** Tells who is rung for a row now, and who is next. It stands below the button, which a telephone must show without scrolling. */
export function RowRings({ row }: { row: Row }) {
  const { who } = row.entry;
  return (
    <>
      {who && who.now.length > 0 && (
        <p class="small soft" data-testid="rings-now">
          {t("doctor.row.rings", { names: names(who.now) })}
        </p>
      )}
      {who && who.next.length > 0 && (
        <p class="small soft" data-testid="rings-next">
          {t("doctor.row.next", { names: names(who.next) })}
        </p>
      )}
    </>
  );
}

const names = (doctors: RungDoctor[]) => doctors.map(({ name, place }) => `${name} (${place})`).join(", ");
